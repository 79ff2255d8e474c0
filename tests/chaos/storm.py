"""The storm: faults one after the other, sometimes two at once, and what must follow each."""

import contextlib
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chaos.clients import Putter
from chaos.faults import FAULTS, Scene

RECOVERY_SECONDS = 15.0
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Step:
    """Faults that begin together and last some seconds; `seed` is of what they draw."""

    faults: tuple[str, ...]
    lasts: float
    pause: float
    seed: int


def steps(seed: int) -> Iterator[Step]:
    """Draw without end; the same of the same seed."""
    chosen = random.Random(seed)
    names, weights = [*FAULTS], [weight for weight, _ in FAULTS.values()]
    while True:
        count = chosen.choices([1, 2], [3, 1])[0]
        faults = dict.fromkeys(chosen.choices(names, weights, k=count))
        lasts, pause = chosen.uniform(0.1, 4.0), chosen.uniform(0.0, 1.5)
        yield Step(tuple(faults), lasts, pause, chosen.getrandbits(32))


class Storm:
    """Runs steps for some seconds; `say` hears what happens."""

    def __init__(self, scene: Scene, say: Callable[[str], None]) -> None:
        self._scene = scene
        self._say = say
        self._probes = [
            Putter(scene.api, path, f"probe-{path}", scene.model) for path in ("/rest", "/http")
        ]

    def run(self, seed: int, seconds: float) -> None:
        """Let things go wrong; whoever cannot start again ends it.

        Raises:
            AssertionError: `up` cannot be started again; the text is what it says.
        """
        ends = time.monotonic() + seconds
        for step in steps(seed):
            if time.monotonic() > ends:
                return
            time.sleep(step.pause)
            self._take(step)

    def _take(self, step: Step) -> None:
        chosen = random.Random(step.seed)
        with contextlib.ExitStack() as lasting:
            for name in step.faults:
                fault = contextlib.contextmanager(FAULTS[name][1])
                self._say(lasting.enter_context(fault(self._scene, chosen)))
            time.sleep(step.lasts)
        self._revive()
        self.recovered(" and ".join(step.faults))

    def _revive(self) -> None:
        living = self._scene.living
        if not living.has_ended:
            if not living.is_expected_to_end:
                return
            living.stack.process.wait(30)
        if not living.is_expected_to_end:
            code = living.stack.process.returncode
            self._scene.model.violate(f"`up` ended with {code} by itself:\n{living.last_lines}")
            living.expect_end()
        self._say(f"`up` is ready again after {living.start():.1f} s")

    def recovered(self, after: str) -> None:
        """See that all answers, with what was saved last; soon, but not on the dot."""
        began = time.monotonic()
        for probe in self._probes:
            self._soon(probe, f"a put after {after}")
        self._soon(self._is_current, f"what was saved last, after {after}")
        self._say(f"recovered after {time.monotonic() - began:.1f} s")

    def _soon(self, succeeds: Callable[[], bool], what: str) -> None:
        ends = time.monotonic() + RECOVERY_SECONDS
        while not succeeds():
            if time.monotonic() > ends:
                self._scene.model.violate(f"not within {RECOVERY_SECONDS:.0f} s: {what}")
                return
            time.sleep(_PAUSE_SECONDS)

    def _is_current(self) -> bool:
        answer = self._scene.api.ask("GET", "/edition")
        saved = {"code": self._scene.files.code, "template": self._scene.files.template}
        return answer is not None and answer.status == 200 and json.loads(answer.body) == saved
