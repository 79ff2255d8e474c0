"""ListStreams, DescribeStream, GetShardIterator, GetRecords (dynamodb.md D219 to D226)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from visitplannr.dynamodb.errors import DynamoDBError, not_found, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.storage.records import (
    FIRST_SEQUENCE,
    KEPT_SECONDS,
    Stream,
    all_streams,
    find_stream,
    first_kept,
    last_sequence,
    read_records,
)

MOST_LISTED = 100
MOST_RECORDS = 1000
MOST_BYTES = 1024 * 1024
ITERATOR_SECONDS = 15 * 60


@dataclass(frozen=True)
class Iterator:
    """A place in a shard: the next sequence number, and when the iterator was given out."""

    arn: str
    next: int
    issued: float

    def text(self) -> str:
        document = orjson.dumps([str(self.next), self.issued])
        return f"{self.arn}|1|{base64.b64encode(document).decode()}"

    @classmethod
    def read(cls, text: str) -> "Iterator":
        try:
            arn, version, document = text.split("|")
            first, issued = orjson.loads(base64.b64decode(document, validate=True))
            if version == "1":
                return cls(arn, int(first), float(issued))
        except (ValueError, TypeError):
            pass
        raise validation("Invalid ShardIterator")


def stream_of(call: Call, arn: str) -> Stream:
    """Find a stream.

    Raises:
        DynamoDBError: the ARN is malformed (V), or there is no such stream.
    """
    require_stream_arn(arn)
    stream = find_stream(call.database, arn)
    if stream is None or trimmed(stream, call.now):
        raise not_found(f"Requested resource not found: Stream: {arn} not found")
    return stream


def require_stream_arn(arn: str) -> None:
    if not arn.startswith("arn:") or "/stream/" not in arn:
        raise validation("Invalid StreamArn")


def trimmed(stream: Stream, now: float) -> bool:
    return stream.ended is not None and stream.ended <= now - KEPT_SECONDS


def list_streams(call: Call) -> Answer:
    body = call.body
    limit, start = body.get("Limit") or MOST_LISTED, body.get("ExclusiveStartStreamArn")
    if start is not None:
        require_stream_arn(start)
    name = body.get("TableName")
    streams = [
        stream
        for stream in all_streams(call.database)
        if (name is None or stream.table == name.rpartition("/")[2])
        and (start is None or stream.arn > start)
        and not trimmed(stream, call.now)
    ]
    page = streams[:limit]
    answer: Answer = {
        "Streams": [
            {"StreamArn": each.arn, "TableName": each.table, "StreamLabel": each.label}
            for each in page
        ]
    }
    if len(page) == limit and page:
        answer["LastEvaluatedStreamArn"] = page[-1].arn
    return answer


def describe_stream(call: Call) -> Answer:
    stream = stream_of(call, call.body["StreamArn"])
    shards = [described_shard(call, stream)]
    if call.body.get("ShardFilter") is not None:
        shards = children(call.body["ShardFilter"])
    start = call.body.get("ExclusiveStartShardId")
    if start is not None:
        shards = [shard for shard in shards if shard["ShardId"] > start]
    return {
        "StreamDescription": {
            "StreamArn": stream.arn,
            "StreamLabel": stream.label,
            "StreamStatus": "ENABLED" if stream.ended is None else "DISABLED",
            "StreamViewType": stream.view,
            "CreationRequestDateTime": round(stream.created, 3),
            "TableName": stream.table,
            "KeySchema": list(stream.key_schema),
            "Shards": shards,
        }
    }


def children(given: Mapping[str, str]) -> list[Answer]:
    """Give the shards that follow one: a stream has a single shard, so none."""
    for name in ("ShardId", "Type"):
        if given.get(name) is None:
            raise validation(f"ShardFilter.{name} is required")
    return []


def described_shard(call: Call, stream: Stream) -> Answer:
    """Describe the stream's only shard, which is closed with the stream."""
    numbers = {"StartingSequenceNumber": str(FIRST_SEQUENCE + 1)}
    if stream.ended is not None:
        numbers["EndingSequenceNumber"] = str(last_sequence(call.database, stream.number))
    return {"ShardId": stream.shard, "SequenceNumberRange": numbers}


def get_shard_iterator(call: Call) -> Answer:
    body = call.body
    stream = stream_of(call, body["StreamArn"])
    if body["ShardId"] != stream.shard:
        raise not_found(
            f"Requested resource not found: Shard {body['ShardId']} in Stream {stream.arn} "
            "not found"
        )
    first = first_of_iterator(call, stream, body["ShardIteratorType"], body.get("SequenceNumber"))
    return {"ShardIterator": Iterator(stream.arn, first, call.now).text()}


def first_of_iterator(call: Call, stream: Stream, kind: str, number: str | None) -> int:
    """Give the sequence number at which an iterator begins (D221)."""
    if kind in {"TRIM_HORIZON", "LATEST"}:
        if number is not None:
            raise validation(f"SequenceNumber cannot be used with ShardIteratorType {kind}")
        if kind == "LATEST":
            return last_sequence(call.database, stream.number) + 1
        return first_kept(call.database, stream.number, call.now)
    if number is None:
        raise validation(f"SequenceNumber is required for ShardIteratorType {kind}")
    if not (number.isascii() and number.isdecimal()):
        raise validation(f"Invalid SequenceNumber: {number}")
    first = int(number) + (kind == "AFTER_SEQUENCE_NUMBER")
    kept = first_kept(call.database, stream.number, call.now)
    if first < kept and kept > FIRST_SEQUENCE + 1:
        raise DynamoDBError(
            "TrimmedDataAccessException",
            "The operation attempted to read past the oldest stream record in a shard.",
        )
    return max(first, FIRST_SEQUENCE + 1)


def get_records(call: Call) -> Answer:
    iterator = Iterator.read(call.body["ShardIterator"])
    stream = stream_of(call, iterator.arn)
    if call.now - iterator.issued > ITERATOR_SECONDS:
        raise DynamoDBError(
            "ExpiredIteratorException", "Iterator expired. The iterator has passed 15 minutes."
        )
    limit = call.body.get("Limit") or MOST_RECORDS
    found = read_records(call.database, stream.number, iterator.next, limit, call.now)
    records = fitting(found)
    following = int(records[-1]["dynamodb"]["SequenceNumber"]) + 1 if records else iterator.next
    answer: Answer = {"Records": records}
    if stream.ended is None or following <= last_sequence(call.database, stream.number):
        answer["NextShardIterator"] = Iterator(stream.arn, following, call.now).text()
    return answer


def fitting(records: list[Any]) -> list[Any]:
    """Take records up to 1 MB, but one at least."""
    size = 0
    for number, record in enumerate(records):
        size += record["dynamodb"]["SizeBytes"]
        if number and size > MOST_BYTES:
            return records[:number]
    return records
