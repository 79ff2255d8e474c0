"""Reads a table's stream for an event source mapping, by the API of DynamoDB Streams."""

from collections.abc import Mapping, Sequence
from typing import Any

from visitplannr.backend.server.positions import Positions
from visitplannr.backend.server.tables import Tables
from visitplannr.dynamodb.errors import DynamoDBError

Record = Mapping[str, Any]
START = ""
_MOST = 1_000
_GONE = {"TrimmedDataAccessException", "ResourceNotFoundException"}


class TableStreamShard:
    """A shard of a table's stream, read from where `positions` says that `mapping` has come to."""

    def __init__(
        self, tables: Tables, positions: Positions, mapping: str, arn: str, shard: str
    ) -> None:
        self.id = shard
        self._tables = tables
        self._positions = positions
        self._mapping = mapping
        self._arn = arn
        self._read: Sequence[Record] = ()

    def read(self, most: int) -> Sequence[Record]:
        """Give the next records, as functions get them; the position stays."""
        after = self._positions.of(self._mapping).get(self.id, START)
        records = _records_after(self._tables, self._arn, self.id, after, min(most, _MOST))
        self._read = [{**record, "eventSourceARN": self._arn} for record in records]
        return self._read

    def advance(self, count: int) -> None:
        """Move the position behind the first `count` records that were read."""
        if count:
            sequence = self._read[count - 1]["dynamodb"]["SequenceNumber"]
            self._positions.set(self._mapping, self.id, sequence)
            self._read = self._read[count:]


def read_by(source_arn: str, function_arn: str) -> str:
    """Name a mapping by what outlives its id."""
    return f"{source_arn} {function_arn}"


def shards_of(tables: Tables, arn: str) -> Sequence[str]:
    """Give the ids of a stream's shards, the oldest first; none if there is no such stream."""
    try:
        described = tables.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]
    except DynamoDBError:
        return ()
    return [shard["ShardId"] for shard in described["Shards"]]


def start_reading(
    tables: Tables, positions: Positions, mapping: str, arn: str, starting: str
) -> None:
    """Note where a new mapping reads from; one that is made again goes on where it was."""
    if starting != "LATEST" or positions.of(mapping):
        return
    for shard in shards_of(tables, arn):
        after = START
        while records := _records_after(tables, arn, shard, after, _MOST):
            after = records[-1]["dynamodb"]["SequenceNumber"]
        positions.set(mapping, shard, after)


def _records_after(tables: Tables, arn: str, shard: str, after: str, most: int) -> Sequence[Record]:
    """Read on; from the oldest record that is kept, if those that come next are not."""
    try:
        return _records(tables, arn, shard, after, most)
    except DynamoDBError as error:
        if error.code not in _GONE or not after:
            raise
        return _records(tables, arn, shard, START, most)


def _records(tables: Tables, arn: str, shard: str, after: str, most: int) -> Sequence[Record]:
    kind = (
        {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
        if after
        else {"ShardIteratorType": "TRIM_HORIZON"}
    )
    request = {"StreamArn": arn, "ShardId": shard, **kind}
    iterator = tables.call("GetShardIterator", request)["ShardIterator"]
    found: Sequence[Record] = tables.call("GetRecords", {"ShardIterator": iterator, "Limit": most})[
        "Records"
    ]
    return found
