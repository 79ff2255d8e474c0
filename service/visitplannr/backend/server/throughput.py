"""Says which tables and indexes have too little capacity, and how much would do.

What would do lets all through that was asked for: for every time span, no more is asked in it than
comes in, together with what 300 seconds before it have saved.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from visitplannr.dynamodb.engine import Engine
from visitplannr.dynamodb.throughput import BURST_SECONDS, Resource, Throughput
from visitplannr.model.strictness import CapacityMode

_REMEMBERED_SECONDS = 3_600
_GATHERED_SECONDS = 3.0
_AGAIN_SECONDS = 60.0


@dataclass(slots=True)
class _Second:
    """What was asked within one second, from the `first` to the `last`."""

    first: float
    last: float
    units: float = 0.0


class Demand:
    """What was asked of one resource, by seconds; the last hour of them."""

    def __init__(self) -> None:
        self._seconds: deque[_Second] = deque()
        self._most = 0.0

    def add(self, units: float, now: float) -> None:
        if not self._seconds or math.floor(self._seconds[-1].last) != math.floor(now):
            self._close()
            self._seconds.append(_Second(now, now))
            while self._seconds[0].last < now - _REMEMBERED_SECONDS:
                self._seconds.popleft()
        self._seconds[-1].last = now
        self._seconds[-1].units += units

    def capacity(self) -> int:
        """Give the units a second with which all would have had room."""
        self._close()
        return max(1, math.ceil(round(self._most, 6)))

    def _close(self) -> None:
        """Look at the time spans that end with the latest second.

        A span counts from the last of its earliest second to the first of its latest: so much
        has come in at least, whenever within them it was asked for.
        """
        asked = 0.0
        for second in reversed(self._seconds):
            asked += second.units
            span = BURST_SECONDS + max(0.0, self._seconds[-1].first - second.last)
            self._most = max(self._most, asked / span)


@dataclass
class _Shortage:
    """What is known of one resource."""

    demand: Demand = field(default_factory=Demand)
    rate: float = 0.0
    asked: int = 0
    throttled: int = 0
    said: int = 0
    due: float = math.inf


class ThroughputReport:
    """Counts what is throttled in the tables of all engines, and says it.

    That is three seconds after the first, and once a minute at most. `clock` gives epoch seconds.
    """

    def __init__(
        self, mode: CapacityMode, clock: Callable[[], float], say: Callable[[str], None]
    ) -> None:
        self._mode = mode
        self._clock = clock
        self._say = say
        self._known: dict[Resource, _Shortage] = {}

    def meter(self, engine: Engine) -> None:
        """Let an engine's tables have their capacity, unless that is off."""
        if self._mode is not CapacityMode.OFF:
            enforces = self._mode is CapacityMode.ENFORCE
            arn_of = engine.place.table_arn
            engine.meter = Throughput(engine.clock, arn_of, self.note, enforces=enforces)

    def note(self, resource: Resource, rate: float, units: float, *, throttled: bool) -> None:
        """Hear of what is asked of a resource."""
        known = self._known.get(resource)
        if known is None:
            known = self._known[resource] = _Shortage()
        known.rate = rate
        known.asked += 1
        known.throttled += throttled
        now = self._clock()
        known.demand.add(units, now)
        if throttled:
            known.due = min(known.due, now + _GATHERED_SECONDS)

    def tell(self) -> None:
        """Say what is new; to be called every second."""
        now = self._clock()
        for resource, known in list(self._known.items()):
            if known.throttled > known.said and now >= known.due:
                known.said, known.due = known.throttled, now + _AGAIN_SECONDS
                self._say(" ".join(self._line(resource, known)))

    def _line(self, resource: Resource, known: _Shortage) -> Iterator[str]:
        unit = f"{resource.direction} capacity units"
        of = f"of {known.asked} {resource.direction}s"
        if self._mode is CapacityMode.ENFORCE:
            yield f"{resource.name}: {known.throttled} {of} were throttled;"
            yield f"it has {known.rate:g} {unit}."
        else:
            yield f"{resource.name}: {known.throttled} {of} would have been throttled on AWS;"
            yield f"it has {known.rate:g} {unit}, {known.demand.capacity()} would have done."
