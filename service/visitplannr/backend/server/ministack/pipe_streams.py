"""Tables' streams as MiniStack's Pipes read them: by positions, which are sequence numbers here."""

from collections.abc import Mapping, Sequence
from typing import Any

from visitplannr.backend.server.mappings.table_stream import START, records_after, shards_of
from visitplannr.backend.server.ministack.seams import service
from visitplannr.backend.server.tables import TablesOf
from visitplannr.dynamodb.errors import DynamoDBError

Record = Mapping[str, Any]
_MOST = 1_000


def stream_by(tables_of: TablesOf) -> None:
    """Let Pipes read the streams of these tables."""
    streams = PipeStreams(tables_of)
    dynamodb = service("dynamodb")
    dynamodb.stream_start_position = streams.start
    dynamodb.stream_end_position = streams.end
    dynamodb.stream_records_since = streams.since


class PipeStreams:
    """The positions of what is kept of a table's stream, and its records from a position on."""

    def __init__(self, tables_of: TablesOf) -> None:
        self._tables_of = tables_of
        self._ends: dict[tuple[str, str], int] = {}

    def start(self, table: str, *, account_id: str, region: str) -> int:
        """Give the position of the oldest record, or where the next one will be."""
        first = self._read(table, account_id, region, START, 1)
        return (
            _sequence(first[0]) if first else self.end(table, account_id=account_id, region=region)
        )

    def end(self, table: str, *, account_id: str, region: str) -> int:
        """Give the position behind the newest record, reading on from where it was last."""
        key = (region, table)
        while read := self._read(table, account_id, region, self._last(key), _MOST):
            self._ends[key] = _sequence(read[-1]) + 1
        return self._ends.get(key, 0)

    def since(
        self, table: str, position: int, limit: int, *, account_id: str, region: str
    ) -> Sequence[Record]:
        """Give records from a position on."""
        after = str(position - 1) if position > 1 else START
        return self._read(table, account_id, region, after, min(limit, _MOST))

    def _last(self, key: tuple[str, str]) -> str:
        return str(self._ends[key] - 1) if key in self._ends else START

    def _read(
        self, table: str, account: str, region: str, after: str, most: int
    ) -> Sequence[Record]:
        tables = self._tables_of(account, region)
        try:
            described = tables.call("DescribeTable", {"TableName": table})["Table"]
        except DynamoDBError:
            return ()
        arn = described.get("LatestStreamArn", "")
        for stream, shard in shards_of(tables, arn) if arn else ():
            records = records_after(tables, stream, shard, after, most)
            return [{**record, "eventSourceARN": arn} for record in records]
        return ()


def _sequence(record: Record) -> int:
    return int(record["dynamodb"]["SequenceNumber"])
