"""Streams and their records: one shard a stream, kept for 24 hours (dynamodb.md D217 to D226)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from visitplannr.dynamodb.storage.database import Database
from visitplannr.dynamodb.storage.schema import Table
from visitplannr.dynamodb.values import Item, item_size

KEPT_SECONDS = 24 * 3600
FIRST_SEQUENCE = 100_000_000_000_000_000_000
EXPIRY_IDENTITY = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}


@dataclass(frozen=True)
class Stream:
    """A stream of a table; `ended` is when it was disabled, in epoch seconds."""

    number: int
    arn: str
    table: str
    ended: float | None
    label: str
    view: str
    created: float
    key_schema: tuple[Mapping[str, str], ...]

    @property
    def shard(self) -> str:
        """Give the shard's id, as long as those of AWS."""
        return f"shardId-{int(self.created * 1000):020d}-{self.number:08x}"


def add_stream(database: Database, stream: Stream) -> Stream:
    number = database.counted("stream")
    definition = {
        "label": stream.label,
        "view": stream.view,
        "created": stream.created,
        "key_schema": stream.key_schema,
    }
    database.execute(
        "INSERT INTO streams VALUES (?, ?, ?, ?, ?)",
        (number, stream.arn, stream.table, stream.ended, orjson.dumps(definition)),
    )
    return read_stream(database, number)


def read_stream(database: Database, number: int) -> Stream:
    (row,) = database.rows("SELECT * FROM streams WHERE number = ?", (number,))
    return of_row(row)


def find_stream(database: Database, arn: str) -> Stream | None:
    rows = database.rows("SELECT * FROM streams WHERE arn = ?", (arn,))
    return of_row(rows[0]) if rows else None


def all_streams(database: Database) -> list[Stream]:
    return [of_row(row) for row in database.rows("SELECT * FROM streams ORDER BY arn")]


def of_row(row: tuple[int, str, str, float | None, bytes]) -> Stream:
    number, arn, name, ended, definition = row
    read = orjson.loads(definition)
    return Stream(
        number,
        arn,
        name,
        ended,
        read["label"],
        read["view"],
        read["created"],
        tuple(read["key_schema"]),
    )


def end_stream(database: Database, number: int, now: float) -> None:
    database.execute("UPDATE streams SET ended = ? WHERE number = ?", (now, number))


def append_record(  # noqa: PLR0913 - a record says it all
    database: Database,
    table: Table,
    old: Item | None,
    new: Item | None,
    now: float,
    *,
    region: str,
    expired: bool = False,
) -> None:
    """Write the record of one change of an item, in its transaction."""
    if table.stream is None:
        return
    sequence = next_sequence(database, table.stream)
    view = table.description["StreamSpecification"]["StreamViewType"]
    keys = table.keys.of(new if new is not None else old or {})
    change: dict[str, Any] = {"ApproximateCreationDateTime": int(now), "Keys": keys}
    size = item_size(keys)
    if new is not None and view in {"NEW_IMAGE", "NEW_AND_OLD_IMAGES"}:
        change["NewImage"] = new
        size += item_size(new)
    if old is not None and view in {"OLD_IMAGE", "NEW_AND_OLD_IMAGES"}:
        change["OldImage"] = old
        size += item_size(old)
    change |= {"SequenceNumber": str(sequence), "SizeBytes": size, "StreamViewType": view}
    record: dict[str, Any] = {
        "eventID": secrets.token_hex(16),
        "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": region,
        "dynamodb": change,
    }
    if expired:
        record["userIdentity"] = EXPIRY_IDENTITY
    database.execute(
        "INSERT INTO records VALUES (?, ?, ?, ?)",
        (table.stream, sequence - FIRST_SEQUENCE, now, orjson.dumps(record)),
    )
    database.has_new_records = True


def next_sequence(database: Database, stream: int) -> int:
    last = database.last_sequences.get(stream)
    if last is None:
        last = last_sequence(database, stream)
    database.last_sequences[stream] = last + 1
    return last + 1


def last_sequence(database: Database, stream: int) -> int:
    """Give the sequence number of the newest record, or the one before the first."""
    query = "SELECT max(sequence) FROM records WHERE stream = ?"
    (last,) = database.execute(query, (stream,)).fetchone()
    return FIRST_SEQUENCE + (last or 0)


def first_kept(database: Database, stream: int, now: float) -> int:
    """Give the sequence number of the oldest record not trimmed, or the one after the newest."""
    query = "SELECT min(sequence) FROM records WHERE stream = ? AND time > ?"
    (first,) = database.execute(query, (stream, now - KEPT_SECONDS)).fetchone()
    return last_sequence(database, stream) + 1 if first is None else FIRST_SEQUENCE + int(first)


def read_records(
    database: Database, stream: int, first: int, limit: int, now: float
) -> list[Mapping[str, Any]]:
    query = (
        "SELECT record FROM records WHERE stream = ? AND sequence >= ? AND time > ? "
        "ORDER BY sequence LIMIT ?"
    )
    values = (stream, first - FIRST_SEQUENCE, now - KEPT_SECONDS, limit)
    return [orjson.loads(record) for (record,) in database.rows(query, values)]


def trim(database: Database, now: float) -> None:
    """Forget records after 24 hours, but for the newest, whose number goes on."""
    oldest = now - KEPT_SECONDS
    for stream in all_streams(database):
        if stream.ended is not None and stream.ended <= oldest:
            database.execute("DELETE FROM records WHERE stream = ?", (stream.number,))
            database.execute("DELETE FROM streams WHERE number = ?", (stream.number,))
            continue
        last = last_sequence(database, stream.number) - FIRST_SEQUENCE
        database.execute(
            "DELETE FROM records WHERE stream = ? AND sequence < ? AND time <= ?",
            (stream.number, last, oldest),
        )
