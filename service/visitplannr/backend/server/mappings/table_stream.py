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

    def read(self, most: int, *, after: int = 0) -> Sequence[Record]:
        """Give the next records, or those after so many, as functions get them."""
        found = self._records(after + most)[after:]
        return [{**record, "eventSourceARN": self._arn} for record in found]

    def advance(self, count: int) -> None:
        """Move the position behind the next `count` records."""
        if count:
            last = self._records(count)[-1]["dynamodb"]["SequenceNumber"]
            self._positions.set(self._mapping, self.id, last)

    def _records(self, most: int) -> Sequence[Record]:
        """Read page by page until there are so many, or no more."""
        after = self._positions.of(self._mapping).get(self.id, START)
        found: list[Record] = []
        while len(found) < most:
            wanted = min(most - len(found), _MOST)
            page = records_after(self._tables, self._arn, self.id, after, wanted)
            if not page:
                break
            found += page
            after = page[-1]["dynamodb"]["SequenceNumber"]
        return found


def read_by(source_arn: str, function_arn: str) -> str:
    """Name a mapping by what outlives its id."""
    return f"{source_arn} {function_arn}"


def shards_of(tables: Tables, arn: str) -> Sequence[tuple[str, str]]:
    """Give a stream's shards, the oldest first: the stream's ARN and the shard's id.

    In the place of a stream that is gone is its table's present one, if it has one: a table that
    was taken over from an earlier version has a stream of its own.
    """
    return _shards(tables, arn) or _shards(tables, _present_stream(tables, arn))


def _shards(tables: Tables, arn: str) -> Sequence[tuple[str, str]]:
    try:
        described = tables.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]
    except DynamoDBError:
        return ()
    return [(arn, shard["ShardId"]) for shard in described["Shards"]]


def _present_stream(tables: Tables, arn: str) -> str:
    table = arn.split(":table/")[1].split("/", maxsplit=1)[0]
    try:
        described = tables.call("DescribeTable", {"TableName": table})["Table"]
    except DynamoDBError:
        return ""
    return str(described.get("LatestStreamArn", ""))


def start_reading(
    tables: Tables, positions: Positions, mapping: str, arn: str, starting: str
) -> None:
    """Note where a new mapping reads from; one that is made again goes on where it was."""
    if starting != "LATEST" or positions.of(mapping):
        return
    for stream, shard in shards_of(tables, arn):
        after = START
        while records := records_after(tables, stream, shard, after, _MOST):
            after = records[-1]["dynamodb"]["SequenceNumber"]
        positions.set(mapping, shard, after)


def records_after(tables: Tables, arn: str, shard: str, after: str, most: int) -> Sequence[Record]:
    """Give the records after a sequence number; from the oldest kept, if those are gone."""
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
