"""Ships log events to the backend's CloudWatch Logs, in a thread, so that no invocation waits."""

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
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


class LogShipper:
    """Collects events and sends them every `interval` seconds; `report` hears of trouble once.

    While the backend is slower than the functions, the oldest events are dropped.
    """

    def __init__(
        self,
        client: Callable[[], "CloudWatchLogsClient"],
        report: Callable[[str], None],
        interval: float = 0.5,
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
        try:
            for (group, stream), events in _by_stream(shipments).items():
                try:
                    self._put(client, group, stream, events)
                except client.exceptions.ResourceNotFoundException:  # the backend was restarted
                    self._streams.clear()
                    self._put(client, group, stream, events)
        except (BotoCoreError, ClientError) as error:
            if not self._failed:
                self._report(f"logs cannot be kept in CloudWatch Logs: {error}")
            self._failed = True

    def _put(
        self, client: "CloudWatchLogsClient", group: str, stream: str, events: list[Shipment]
    ) -> None:
        self._ensure(client, group, stream)
        for batch in _batches(events):
            client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=batch)

    def _ensure(self, client: "CloudWatchLogsClient", group: str, stream: str) -> None:
        if (group, stream) in self._streams:
            return
        with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_log_group(logGroupName=group)
        with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_log_stream(logGroupName=group, logStreamName=stream)
        self._streams.add((group, stream))


def _by_stream(shipments: Iterable[Shipment]) -> dict[tuple[str, str], list[Shipment]]:
    found: dict[tuple[str, str], list[Shipment]] = {}
    for shipment in shipments:
        found.setdefault((shipment.group, shipment.stream), []).append(shipment)
    return found


def _batches(shipments: list[Shipment]) -> Iterator[list["InputLogEventTypeDef"]]:
    """Cut events into requests below the service's limits, each event ending in a newline."""
    batch: list[InputLogEventTypeDef] = []
    size = 0
    for shipment in sorted(shipments, key=lambda one: one.timestamp_ms):
        message = f"{shipment.message[:_LONGEST_MESSAGE]}\n"
        cost = len(message.encode()) + _EVENT_OVERHEAD
        if batch and (size + cost > _BATCH_BYTES or len(batch) >= _BATCH_EVENTS):
            yield batch
            batch, size = [], 0
        batch.append({"timestamp": shipment.timestamp_ms, "message": message})
        size += cost
    if batch:
        yield batch
