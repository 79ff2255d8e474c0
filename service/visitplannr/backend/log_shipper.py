"""Ships log events to the backend's CloudWatch Logs, in a thread, so that no invocation waits."""

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef

_KEPT_EVENTS = 100_000
_BATCH_EVENTS = 1_000
_BATCH_BYTES = 900_000
_EVENT_OVERHEAD = 26
_LONGEST_MESSAGE = 250_000


@dataclass(frozen=True, slots=True)
class Shipment:
    """One event on its way to a log stream."""

    group: str
    stream: str
    timestamp_ms: int
    message: str


Batch = Sequence[Shipment]


class LogShipper:
    """Collects events and sends them every `interval` seconds; `report` hears of trouble once.

    What the backend does not take while it is away is sent when it is back; what it refuses is
    gone, and so are the oldest while it is slower than the functions.
    """

    def __init__(
        self,
        client: Callable[[], "CloudWatchLogsClient"],
        report: Callable[[str], None],
        interval: float = 0.2,
    ) -> None:
        self._make_client = client
        self._report = report
        self._interval = interval
        self._waiting: deque[Shipment] = deque(maxlen=_KEPT_EVENTS)
        self._streams: set[tuple[str, str]] = set()
        self._ended = threading.Event()
        self._failed = False
        self._thread = threading.Thread(target=self._run, name="log shipper", daemon=True)
        self._thread.start()

    def add(self, shipment: Shipment) -> None:
        """Take an event; costs an append."""
        self._waiting.append(shipment)

    def close(self, patience: float = 2.0) -> None:
        """Send what is waiting, for at most so many seconds."""
        self._ended.set()
        self._thread.join(patience)

    def _run(self) -> None:
        client = self._make_client()
        while not self._ended.wait(self._interval):
            self._ship(client)
        self._ship(client)

    def _ship(self, client: "CloudWatchLogsClient") -> None:
        shipments = [self._waiting.popleft() for _ in range(len(self._waiting))]
        batches = deque(_batches(shipments))
        while batches:
            try:
                self._put(client, batches[0])
            except BotoCoreError as error:
                self._fail(f"logs wait until CloudWatch Logs answers: {error}")
                self._keep(chain.from_iterable(batches))
                return
            except ClientError as error:
                self._fail(f"logs cannot be kept in CloudWatch Logs: {error}")
            else:
                self._failed = False
            batches.popleft()

    def _fail(self, what: str) -> None:
        if not self._failed:
            self._report(what)
        self._failed = True

    def _keep(self, unsent: Iterable[Shipment]) -> None:
        room = _KEPT_EVENTS - len(self._waiting)
        if room > 0:
            self._waiting.extendleft(reversed(list(unsent)[-room:]))

    def _put(self, client: "CloudWatchLogsClient", batch: Batch) -> None:
        group, stream = batch[0].group, batch[0].stream
        events = [_event(shipment) for shipment in batch]
        try:
            self._ensure(client, group, stream)
            client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
        except client.exceptions.ResourceNotFoundException:  # the backend was restarted
            self._streams.clear()
            self._ensure(client, group, stream)
            client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)

    def _ensure(self, client: "CloudWatchLogsClient", group: str, stream: str) -> None:
        if (group, stream) in self._streams:
            return
        with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_log_group(logGroupName=group)
        with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_log_stream(logGroupName=group, logStreamName=stream)
        self._streams.add((group, stream))


def _batches(shipments: Iterable[Shipment]) -> Iterator[Batch]:
    """Cut the events of each stream, in their order, into requests below the service's limits."""
    place = attrgetter("group", "stream")
    ordered = sorted(shipments, key=lambda one: (*place(one), one.timestamp_ms))
    for _, events in groupby(ordered, key=place):
        batch: list[Shipment] = []
        size = 0
        for shipment in events:
            cost = len(_message(shipment).encode()) + _EVENT_OVERHEAD
            if batch and (size + cost > _BATCH_BYTES or len(batch) >= _BATCH_EVENTS):
                yield batch
                batch, size = [], 0
            batch.append(shipment)
            size += cost
        yield batch


def _event(shipment: Shipment) -> "InputLogEventTypeDef":
    return {"timestamp": shipment.timestamp_ms, "message": _message(shipment)}


def _message(shipment: Shipment) -> str:
    return f"{shipment.message[:_LONGEST_MESSAGE]}\n"
