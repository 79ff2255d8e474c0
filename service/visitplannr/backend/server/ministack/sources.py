"""The queues and streams that event source mappings read."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from visitplannr.backend.server.mappings.mapping import EventSourceMapping
from visitplannr.backend.server.mappings.queue_poller import Message, Queue
from visitplannr.backend.server.mappings.records import Record, Shard
from visitplannr.backend.server.mappings.table_stream import (
    TableStreamShard,
    ends_of,
    read_by,
    shards_of,
)
from visitplannr.backend.server.ministack.seams import find_seam, service
from visitplannr.backend.server.pipes.pipe import as_mapping
from visitplannr.backend.server.positions import Positions
from visitplannr.backend.server.tables import TablesOf

MAKING = threading.RLock()
"""Held while a mapping is made, so that nobody reads one that is not complete."""


class Sources:
    """The queues and streams that MiniStack's event source mappings, and pipes, read."""

    def __init__(self, tables_of: TablesOf, positions: Positions) -> None:
        self._tables_of = tables_of
        self._positions = positions
        self._reading: set[str] = set()
        self._latest: dict[str, Mapping[str, str]] = {}

    def mappings(self) -> Iterable[tuple[AbstractContextManager[None], Mapping[str, Any]]]:
        scope = find_seam("core.responses.request_scope")
        with MAKING:
            mappings = service("lambda_svc")._esms.all_items()
            pipes = service("pipes")._pipes.all_items()
            found = [
                *((place[:2], mapping) for place, mapping in mappings),
                *((place[:2], as_mapping(pipe)) for place, pipe in pipes),
            ]
        self._forget_deleted([mapping for _, mapping in found])
        for place, mapping in found:
            yield scope(*place), mapping

    def _forget_deleted(self, mappings: Sequence[Mapping[str, Any]]) -> None:
        reading = {
            read_by(mapping["EventSourceArn"], mapping["FunctionArn"])
            for mapping in mappings
            if ":dynamodb:" in mapping.get("EventSourceArn", "")
        }
        for deleted in self._reading - reading:
            self._positions.forget(deleted)
        self._reading = reading

    def queue(self, mapping: EventSourceMapping) -> Queue | None:
        found = service("sqs")._queue_by_arn(mapping.source_arn)
        return _Queue(found, mapping.source_arn) if found else None

    def shards(self, mapping: EventSourceMapping) -> Sequence[Shard]:
        if mapping.source == "dynamodb":
            return self._table_shards(mapping)
        return [
            _KinesisShard(mapping.uuid, mapping.source_arn, name)
            for name in _kinesis_shards(mapping.source_arn)
        ]

    def start_reading(self, esm_id: str, source_arn: str, starting: str) -> None:
        """Note where a new mapping reads from; MiniStack calls this as it makes one."""
        source = source_arn.split(":")[2]
        if source == "dynamodb" and "/stream/" in source_arn:
            if starting == "LATEST":
                tables = self._tables_of(*_place(source_arn))
                self._latest[esm_id] = ends_of(tables, source_arn)
        elif source == "kinesis":
            service("lambda_svc")._kinesis_positions[esm_id] = {
                name: len(shard["records"]) if starting == "LATEST" else 0
                for name, shard in _kinesis_shards(source_arn).items()
            }

    def _table_shards(self, mapping: EventSourceMapping) -> Sequence[Shard]:
        arn = mapping.source_arn
        tables = self._tables_of(*_place(arn))
        name = read_by(arn, mapping.function_arn)
        if latest := self._latest.pop(mapping.uuid, None):
            self._positions.begin(name, latest)
        return [
            TableStreamShard(tables, self._positions, name, stream, shard)
            for stream, shard in shards_of(tables, arn)
        ]

    def wait(self, seconds: float) -> None:
        wake = find_seam("core.concurrency.esm_wake")
        wake.wait(seconds)
        wake.clear()


class _Queue:
    def __init__(self, found: Mapping[str, Any], arn: str) -> None:
        self._is_fifo = bool(found["is_fifo"])
        self.visibility = float(found["attributes"].get("VisibilityTimeout", 30))
        self._arn = arn
        _, _, _, self._region, self._account, self._name = arn.split(":")

    def receive(self, most: int) -> Sequence[Message]:
        received: Sequence[Message] = service("sqs")._receive_messages_for_esm(self._name, most)
        return received

    def delete(self, messages: Sequence[Message]) -> None:
        handles = {message["receipt_handle"] for message in messages}
        service("sqs")._delete_messages_for_esm(self._name, handles)

    def record(self, message: Message) -> Mapping[str, Any]:
        first = message.get("first_receive_at") or time.time()
        attributes = {
            "ApproximateReceiveCount": str(message["receive_count"]),
            "SentTimestamp": str(int(message["sent_at"] * 1000)),
            "SenderId": self._account,
            "ApproximateFirstReceiveTimestamp": str(int(first * 1000)),
            "AWSTraceHeader": (message.get("sys") or {}).get("AWSTraceHeader"),
            "MessageGroupId": message.get("group_id"),
            "MessageDeduplicationId": message.get("dedup_id"),
            "SequenceNumber": message.get("seq"),
        }
        return {
            "messageId": message["id"],
            "receiptHandle": message["receipt_handle"],
            "body": message["body"],
            "attributes": {name: str(value) for name, value in attributes.items() if value},
            "messageAttributes": _in_camel_case(message.get("message_attributes") or {}),
            "md5OfBody": message.get("md5_body") or message.get("md5") or "",
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": self._region,
        }

    def group(self, message: Message) -> str | None:
        group: str | None = message.get("group_id") if self._is_fifo else None
        return group


def _in_camel_case(attributes: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    return {
        name: {key[:1].lower() + key[1:]: value for key, value in attribute.items()}
        for name, attribute in attributes.items()
    }


class _KinesisShard:
    """A shard of a stream; its position is an index. One that a resharding made is read whole."""

    def __init__(self, uuid: str, arn: str, name: str) -> None:
        self.id = name
        self._uuid = uuid
        self._arn = arn

    def read(self, most: int, *, after: int = 0) -> Sequence[Record]:
        start = self._positions.setdefault(self.id, 0) + after
        records = _kinesis_shards(self._arn)[self.id]["records"]
        return [self._record(record) for record in records[start : start + most]]

    def advance(self, count: int) -> None:
        self._positions[self.id] += count

    @property
    def _positions(self) -> dict[str, int]:
        found = service("lambda_svc")._kinesis_positions
        if self._uuid not in found:
            found[self._uuid] = {}
        positions: dict[str, int] = found[self._uuid]
        return positions

    def _record(self, record: Mapping[str, Any]) -> Record:
        region, account = self._arn.split(":")[3:5]
        return {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record["PartitionKey"],
                "sequenceNumber": record["SequenceNumber"],
                "data": _base64(record["Data"]),
                "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{self.id}:{record['SequenceNumber']}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": f"arn:aws:iam::{account}:role/lambda-role",
            "awsRegion": region,
            "eventSourceARN": self._arn,
        }


def wake_pollers() -> None:
    """Let all mappings be looked at: a source has something new."""
    find_seam("core.concurrency.esm_wake").set()


def start_reading_at(esm_id: str, source_arn: str, moment: float) -> None:
    """Let a mapping read what has come since a moment (epoch seconds); only Kinesis can."""
    if source_arn.split(":")[2] == "kinesis":
        service("lambda_svc")._kinesis_positions[esm_id] = {
            name: sum(one["ApproximateArrivalTimestamp"] < moment for one in shard["records"])
            for name, shard in _kinesis_shards(source_arn).items()
        }


def matches(record: Mapping[str, Any], pattern: Mapping[str, Any]) -> bool:
    """Say whether a record matches an event pattern."""
    detail_matches = find_seam("services.eventbridge._matches_detail")
    return any(detail_matches(record, one) for one in _alternatives(json.dumps(pattern)))


def polled_in_background(work: Callable[[], None]) -> None:
    """Work in a thread of its own and let all mappings be looked at again when it is done."""

    def work_and_wake() -> None:
        try:
            work()
        finally:
            wake_pollers()

    find_seam("core.concurrency.spawn_background")(work_and_wake)


def _place(arn: str) -> tuple[str, str]:
    """Give an ARN's account and region."""
    _, _, _, region, account, _ = arn.split(":", 5)
    return account, region


@lru_cache(maxsize=1_000)
def _alternatives(pattern: str) -> Sequence[Any]:
    found: Sequence[Any] = find_seam("services.eventbridge._compile_pattern")(json.loads(pattern))
    return found


def _kinesis_shards(arn: str) -> Mapping[str, Any]:
    """Give the shards of an active stream, which may be named by one of its consumers."""
    stream_arn = arn.partition("/consumer/")[0]
    found = service("kinesis")._streams.get(stream_arn.rpartition("/")[2])
    is_it = found and found["StreamARN"] == stream_arn
    shards: Mapping[str, Any] = found["shards"] if is_it else {}
    return shards


def _base64(data: Any) -> str:
    """Give a record's data in base64, which MiniStack may keep as what was sent."""
    raw = data if isinstance(data, bytes) else str(data).encode()
    if isinstance(data, bytes):
        return base64.b64encode(raw).decode()
    try:
        base64.b64decode(raw, validate=True)
    except ValueError:
        return base64.b64encode(raw).decode()
    return raw.decode()
