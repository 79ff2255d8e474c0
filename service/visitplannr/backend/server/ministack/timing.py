"""MiniStack's services go by our clock, which stands where they have the module `time`."""

import time
from typing import Any

from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.ministack.seams import service

_ON_OUR_CLOCK = ("eventbridge", "kinesis", "scheduler", "sns", "sqs", "stepfunctions")
_BEFORE_AN_EXECUTION = 0.15


class _Time:
    """Stands for the module `time`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def time(self) -> float:
        return self._clock()

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


class _WithoutDelay(_Time):
    """As Step Functions gets it, which would wait before each execution for no reason of AWS's."""

    def sleep(self, seconds: float) -> None:
        if seconds != _BEFORE_AN_EXECUTION:
            super().sleep(seconds)


def go_by(clock: Clock) -> None:
    """Let MiniStack's services go by the clock, as far as what they do is ours to time."""
    for name in _ON_OUR_CLOCK:
        kind = _WithoutDelay if name == "stepfunctions" else _Time
        service(name).time = kind(clock)
