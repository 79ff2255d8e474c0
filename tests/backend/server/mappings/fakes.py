"""Sources, a function and a clock for pollers; what is started runs when the test says so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visitplannr.backend.server.mappings.mapping import EventSourceMapping, read_mapping
from visitplannr.backend.server.mappings.outcome import Outcome

SQS = "arn:aws:sqs:us-east-1:000000000000:queue"
KINESIS = "arn:aws:kinesis:us-east-1:000000000000:stream/stream"


def mapping(source: str = SQS, **properties: Any) -> EventSourceMapping:
    found = read_mapping(
        {
            "UUID": "uuid",
            "EventSourceArn": source,
            "FunctionName": "f",
            "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:f",
            **properties,
        }
    )
    assert found is not None
    return found


@dataclass
class Function:
    """Gives its `outcomes` one after the other, then succeeds; keeps what it got."""

    outcomes: list[Outcome] = field(default_factory=list)
    events: list[list[str]] = field(default_factory=list)
    got: list[Mapping[str, Any]] = field(default_factory=list)
    during: Callable[[], None] = lambda: None

    def __call__(self, _mapping: EventSourceMapping, event: Mapping[str, Any]) -> Outcome:
        self.got.append(event)
        self.events.append([name(record) for record in event["Records"]])
        self.during()
        return self.outcomes.pop(0) if self.outcomes else Outcome()


def name(record: Mapping[str, Any]) -> str:
    return str(record.get("messageId") or record["kinesis"]["sequenceNumber"])


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Started:
    """What was started and has not run yet."""

    waiting: list[Callable[[], None]] = field(default_factory=list)

    def __call__(self, work: Callable[[], None]) -> None:
        self.waiting.append(work)

    def run(self) -> int:
        """Run all of it; give how many."""
        works, self.waiting = self.waiting, []
        for work in works:
            work()
        return len(works)


@dataclass
class FakeQueue:
    messages: list[dict[str, Any]] = field(default_factory=list)
    is_fifo: bool = False
    visibility: float = 30.0
    hidden: list[str] = field(default_factory=list)

    def send(self, *ids: str, body: str = "{}", group: str | None = None) -> None:
        self.messages += [{"id": one, "body": body, "group_id": group} for one in ids]

    def receive(self, most: int) -> Sequence[dict[str, Any]]:
        visible = [one for one in self.messages if one["id"] not in self.hidden][:most]
        self.hidden += [one["id"] for one in visible]
        return visible

    def delete(self, messages: Sequence[dict[str, Any]]) -> None:
        self.messages = [one for one in self.messages if one not in messages]

    def record(self, message: dict[str, Any]) -> Mapping[str, Any]:
        return {"messageId": message["id"], "body": message["body"]}

    def group(self, message: dict[str, Any]) -> str | None:
        group: str | None = message["group_id"] if self.is_fifo else None
        return group

    @property
    def left(self) -> list[str]:
        return [one["id"] for one in self.messages]


@dataclass
class FakeShard:
    records: list[Mapping[str, Any]] = field(default_factory=list)
    position: int = 0
    id: str = "shard-0"

    def put(self, *numbers: str, at: float = 1_000.0, key: str = "") -> None:
        told = {"approximateArrivalTimestamp": at, "data": "", "partitionKey": key}
        self.records += [{"kinesis": {"sequenceNumber": one, **told}} for one in numbers]

    def read(self, most: int, *, after: int = 0) -> Sequence[Mapping[str, Any]]:
        start = self.position + after
        return self.records[start : start + most]

    def advance(self, count: int) -> None:
        self.position += count


def equal(record: Mapping[str, Any], pattern: Mapping[str, Any]) -> bool:
    """Match as event patterns do, by equality only."""
    return all(
        equal(record.get(key, {}), wanted)
        if isinstance(wanted, Mapping)
        else record.get(key) in wanted
        for key, wanted in pattern.items()
    )
