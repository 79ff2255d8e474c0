"""`make chaos`: a running stack under load while things go wrong; nothing may be lost or hang.

Usage: python -m chaos.chaos [--seed N] [--seconds 300] [--keep]
"""

import argparse
import contextlib
import random
import shutil
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from chaos.audit import Audit, left_behind
from chaos.clients import Api, Load
from chaos.disk import disk_at
from chaos.faults import Scene
from chaos.files import Files
from chaos.living import Living
from chaos.model import Model
from chaos.storm import Storm


def main(arguments: Sequence[str]) -> int:
    """Run it; 0 if nothing was violated."""
    options = _options(arguments)
    say = _timeline()
    print(f"chaos: --seed {options.seed} --seconds {options.seconds:g}", flush=True)
    model = Model(say)
    with _folder(keep=options.keep) as folder, disk_at(folder / "state") as disk:
        files = Files(folder / "application")
        living = Living(folder / "application", folder / "state", uuid.uuid4().hex, model)
        scene = Scene(living, files, disk, Api(living.port, model), model)
        try:
            _run(scene, options.seed, options.seconds, say)
            left_behind(living, folder / "state", model)
        finally:
            _end_all(living)
            (folder / "terminal.log").write_text(living.output, encoding="utf-8")
    return _report(model, options.seed, options.seconds)


def _run(scene: Scene, seed: int, seconds: float, say: Callable[[str], None]) -> None:
    living, model = scene.living, scene.model
    say(f"`up` is ready after {living.start():.1f} s, the disk: {type(scene.disk).__name__}")
    storm = Storm(scene, say)
    try:
        with Load(scene.api, living.client, model):
            storm.run(seed, seconds)
            storm.recovered("all")
        say(Audit(living, model).contents())
        living.end(signal.SIGINT)
        say(f"`up` has ended; with its state it is ready after {living.start():.1f} s")
        say(Audit(living, model).contents())
        living.end(signal.SIGINT)
    except AssertionError as error:
        model.violate(f"`up` cannot be used: {error}")


def _end_all(living: Living) -> None:
    """End what a failed run has left."""
    for life in living.lives:
        if life.process.poll() is None:
            life.process.send_signal(signal.SIGCONT)
        life.close()


def _report(model: Model, seed: int, seconds: float) -> int:
    answers = model.answers
    counted = ", ".join(f"{count} {status}" for status, count in answers.statuses.most_common())
    print(f"requests: {counted}; slowest {answers.slowest:.1f} s")
    for violation, count in model.violations.items():
        print(f"violated{f' {count} times' if count > 1 else ''}: {violation}")
    found = "violated" if model.violations else "nothing lost, hung or left"
    print(f"{found}; again: make chaos ARGS='--seed {seed} --seconds {seconds:g}'")
    return 1 if model.violations else 0


def _timeline() -> Callable[[str], None]:
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {line}", flush=True)

    return say


@contextlib.contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        yield folder
    finally:
        if keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--keep", action="store_true", help="keep the folder with its logs")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
