"""How long state machines wait before they try a task again.

Step Functions guide, "Error handling in Step Functions": IntervalSeconds times BackoffRate for each
retry, at most MaxDelaySeconds; with JitterStrategy FULL anything between nothing and that.
"""

import math
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from visitplannr.backend.server.ministack.seams import service

_LONGEST_OF_MINISTACK = 60

Chance = Callable[[], float]
"""Gives a number from 0 to 1."""


def pause_of(retrier: Mapping[str, Any], retries: int, chance: Chance) -> float:
    """Give the seconds before the next try after so many retries."""
    rate = float(retrier.get("BackoffRate", 2.0))
    pause = float(retrier.get("IntervalSeconds", 1)) * math.pow(rate, retries)
    most = retrier.get("MaxDelaySeconds")
    bounded = pause if most is None else min(pause, float(most))
    return bounded * chance() if retrier.get("JitterStrategy") == "FULL" else bounded


class Retriers:
    """Stands around MiniStack's choice of a retrier, whose pauses end after a minute."""

    def __init__(self, sleep: Callable[[float], None], chance: Chance = random.random) -> None:
        self._sleep = sleep
        self._chance = chance
        self._chosen = threading.local()

    def install(self) -> None:
        """Take the place of MiniStack's own."""
        states = service("stepfunctions")
        states._find_matching_retrier = partial(self._choose, states._find_matching_retrier)
        states._scaled_sleep = partial(self._wait, states._scaled_sleep)

    def _choose(
        self,
        find: Callable[..., tuple[Mapping[str, Any] | None, int]],
        retriers: Sequence[Mapping[str, Any]],
        error: str,
        retry_counts: Mapping[int, int],
    ) -> tuple[Mapping[str, Any] | None, int]:
        """Give a retrier that has the same pause each time; the next wait in this thread is it."""
        retrier, index = find(retriers, error, retry_counts)
        self._chosen.pause = None
        if retrier is None:
            return None, index
        pause = pause_of(retrier, retry_counts.get(index, 0), self._chance)
        self._chosen.pause = pause
        return {**retrier, "IntervalSeconds": pause, "BackoffRate": 1}, index

    def _wait(self, sleep: Callable[[float], None], seconds: float) -> None:
        pause, self._chosen.pause = getattr(self._chosen, "pause", None), None
        if pause is not None and seconds == _LONGEST_OF_MINISTACK < pause:
            self._sleep(pause)
        else:
            sleep(seconds)
