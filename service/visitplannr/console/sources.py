"""What the console reads, as others offer it; errors of a backend are botocore's."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

Item = Mapping[str, Any]
# Of log groups (name to function), since a time in epoch milliseconds, with a text or any.
ReadLogs = Callable[[Mapping[str, str], int, str | None], Iterable[Mapping[str, Any]]]


class Invocation(Protocol):
    """One invocation; `state` is "running", "done" or "lost", `number` grows with time."""

    @property
    def number(self) -> int: ...
    @property
    def function(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def request_id(self) -> str: ...
    @property
    def event(self) -> bytes: ...
    @property
    def result(self) -> bytes: ...
    @property
    def calls(self) -> str: ...

    def row(self) -> dict[str, Any]:
        """Give what a list shows."""

    def details(self) -> dict[str, Any]:
        """Give the row, the event, the result and the log."""


class Invocations(Protocol):
    """What has been invoked lately."""

    def serves(self, application: str) -> bool:
        """Say whether that application still is the one that is served."""

    async def complete(self) -> None:
        """Wait until what has been answered has its log, if that does not take too long."""

    def records(self) -> Sequence[Invocation]:
        """Give what is kept, the latest first."""

    def get(self, number: int) -> Invocation | None:
        """Give one of them."""


class TablePage(Protocol):
    """Some items in DynamoDB JSON, and the key after which the next page starts."""

    @property
    def items(self) -> Sequence[Item]: ...
    @property
    def next_start(self) -> Item | None: ...


class Tables(Protocol):
    """DynamoDB tables, by their physical names."""

    def describe(self, table: str) -> Mapping[str, Any]:
        """Give DynamoDB's description of a table."""

    def read(
        self, table: str, partition: str, sort: str, *, limit: int, start: Item | None
    ) -> TablePage:
        """Read the items with a key, or all if it is empty.

        Raises:
            ValueError: it is no key of the table.
        """

    def plain(self, item: Item) -> dict[str, Any]:
        """Turn DynamoDB JSON into plain JSON."""
