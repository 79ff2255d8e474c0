"""Provisioned capacity: how much a table or a global index takes, and what does not fit.

A second's unused capacity is kept for 300 seconds (dynamodb.md D251). A table's local indexes live
on its own capacity, a global index has one of its own; a write that an index has no room for is
refused as a whole, as the index would fall behind (D252).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.storage.schema import Index, Table

BURST_SECONDS = 300
EXCEEDED = "ProvisionedThroughputExceededException"
_OF_TABLE = (
    "The level of configured provisioned throughput for the table was exceeded. Consider "
    "increasing your provisioning level with the UpdateTable API."
)
_OF_INDEXES = (
    "The level of configured provisioned throughput for one or more global secondary indexes of "
    "the table was exceeded. Consider increasing your provisioning level for the "
    "under-provisioned global secondary indexes with the UpdateTable API."
)
Direction = Literal["read", "write"]
Amounts = Sequence[tuple[Index | None, float]]
"""Units by index; None is the table itself."""


class Meter(Protocol):
    """Is told what a call consumes of a provisioned table before it does so."""

    def admit(self, table: Table, direction: Direction, amounts: Amounts) -> bool:
        """Take all of the units, or none; say whether they were taken.

        Raises:
            DynamoDBError: there is no room for them, and the call must not be done.
        """

    def give_back(self, table: Table, direction: Direction, amounts: Amounts) -> None:
        """Give back what a call took that has failed as a whole."""


@dataclass(frozen=True)
class Resource:
    """What has capacity: a table, or one of its global indexes, in one direction."""

    table: str
    index: str | None
    direction: Direction

    @property
    def name(self) -> str:
        return self.table if self.index is None else f"{self.table}/index/{self.index}"


class Bucket:
    """Fills with `rate` units a second and holds those of 300 seconds; it is full at first."""

    def __init__(self, rate: float, now: float) -> None:
        self.rate = rate
        self._units = rate * BURST_SECONDS
        self._at = now

    def set_rate(self, rate: float, now: float) -> None:
        """Fill faster or slower from now on; what is there stays, as far as it has room."""
        self._fill(now)
        self.rate = rate
        self._units = min(self._units, rate * BURST_SECONDS)

    def holds(self, units: float, now: float) -> bool:
        """Say whether so much is there; what is more than it ever holds needs it to be full."""
        self._fill(now)
        return self._units >= min(units, self.rate * BURST_SECONDS)

    def take(self, units: float) -> None:
        self._units -= units

    def give_back(self, units: float) -> None:
        self._units = min(self._units + units, self.rate * BURST_SECONDS)

    def _fill(self, now: float) -> None:
        gained = max(0.0, now - self._at) * self.rate
        self._units = min(self._units + gained, self.rate * BURST_SECONDS)
        self._at = now


class Watch(Protocol):
    """Hears of what is asked of a resource that has `rate` units a second."""

    def __call__(
        self, resource: Resource, rate: float, units: float, *, throttled: bool
    ) -> None: ...


class Throughput:
    """Keeps the buckets of one engine's tables. `clock` gives epoch seconds.

    It refuses what does not fit if it `enforces`; `watch` hears of everything that is asked.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        arn_of: Callable[[str], str],
        watch: Watch,
        *,
        enforces: bool,
    ) -> None:
        self._clock = clock
        self._arn_of = arn_of
        self._watch = watch
        self._enforces = enforces
        self._buckets: dict[tuple[int, Resource], Bucket] = {}

    def admit(self, table: Table, direction: Direction, amounts: Amounts) -> bool:
        now, wanted = self._clock(), joined(table, direction, amounts)
        found = {resource: self._bucket(table, resource, now) for resource in wanted}
        full = [one for one, bucket in found.items() if not bucket.holds(wanted[one], now)]
        for resource, bucket in found.items():
            units = wanted[resource]
            self._watch(resource, bucket.rate, units, throttled=resource in full)
            if not full:
                bucket.take(units)
        if full and self._enforces:
            raise exceeded(full, self._arn_of)
        return not full

    def give_back(self, table: Table, direction: Direction, amounts: Amounts) -> None:
        for resource, units in joined(table, direction, amounts).items():
            if bucket := self._buckets.get((table.number, resource)):
                bucket.give_back(units)

    def _bucket(self, table: Table, resource: Resource, now: float) -> Bucket:
        rate = rate_of(table, resource)
        bucket = self._buckets.get((table.number, resource))
        if bucket is None:
            bucket = self._buckets[table.number, resource] = Bucket(rate, now)
        elif bucket.rate != rate:
            bucket.set_rate(rate, now)
        return bucket


def is_provisioned(table: Table) -> bool:
    """Say whether a table has capacity of its own, and is not paid by request."""
    return bool(table.description["ProvisionedThroughput"]["WriteCapacityUnits"])


def joined(table: Table, direction: Direction, amounts: Amounts) -> Mapping[Resource, float]:
    """Add up the units by what has to have them: local indexes live on the table's."""
    found: dict[Resource, float] = {}
    for index, units in amounts:
        name = index.name if index and index.is_global else None
        resource = Resource(table.name, name, direction)
        found[resource] = found.get(resource, 0) + units
    return found


def rate_of(table: Table, resource: Resource) -> float:
    index = table.index(resource.index) if resource.index else None
    given: Mapping[str, Any] = (index or table).description["ProvisionedThroughput"]
    name = "ReadCapacityUnits" if resource.direction == "read" else "WriteCapacityUnits"
    return float(given[name])


def exceeded(full: Sequence[Resource], arn_of: Callable[[str], str]) -> DynamoDBError:
    """Make the error of a call that does not fit, with a reason for each resource."""
    reasons = [
        {
            "reason": f"{'Table' if one.index is None else 'Index'}{one.direction.title()}"
            "ProvisionedThroughputExceeded",
            "resource": arn_of(one.name),
        }
        for one in full
    ]
    texts = (_OF_INDEXES, _OF_TABLE)
    message = texts[any(one.index is None for one in full)]
    return DynamoDBError(EXCEEDED, message, members={"ThrottlingReasons": reasons})
