"""Event source mappings read the streams of tables; positions outlive the backend."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from visitplannr.backend.server.mappings.table_stream import (
    TableStreamShard,
    ends_of,
    shards_of,
)
from visitplannr.backend.server.positions import Positions
from visitplannr.dynamodb.engine import Engine

MAPPING = "a stream and a function"


@pytest.fixture
def positions(tmp_path: Path) -> Positions:
    return Positions(tmp_path / "dynamodb" / "positions.sqlite", print)


@pytest.fixture
def arn(tables: Engine) -> str:
    made = tables.call(
        "CreateTable",
        {
            "TableName": "table",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        },
    )
    return str(made["TableDescription"]["LatestStreamArn"])


def put(tables: Engine, *ids: str) -> None:
    for one in ids:
        tables.call("PutItem", {"TableName": "table", "Item": {"id": {"S": one}}})


def shard(tables: Engine, positions: Positions, arn: str) -> TableStreamShard:
    ((stream, name),) = shards_of(tables, arn)
    return TableStreamShard(tables, positions, MAPPING, stream, name)


def ids(records: Sequence[Mapping[str, Any]]) -> list[str]:
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in records]


def test_records_are_read_in_order_until_the_position_moves(
    tables: Engine, positions: Positions, arn: str
) -> None:
    put(tables, "a", "b", "c")
    one = shard(tables, positions, arn)
    assert ids(one.read(2)) == ids(one.read(2)) == ["a", "b"]
    assert one.read(1)[0]["eventSourceARN"] == arn
    assert ids(one.read(3)) == ["a", "b", "c"]
    one.advance(1)
    one.advance(1)
    assert ids(one.read(3)) == ["c"]


def test_a_position_outlives_its_process(
    tables: Engine, positions: Positions, arn: str, tmp_path: Path
) -> None:
    put(tables, "a", "b")
    one = shard(tables, positions, arn)
    one.read(1)
    one.advance(1)
    again = Positions(tmp_path / "dynamodb" / "positions.sqlite", print)
    again.begin(MAPPING, ends_of(tables, arn))
    assert ids(shard(tables, again, arn).read(9)) == ["b"]
    again.forget(MAPPING)
    assert ids(shard(tables, again, arn).read(9)) == ["a", "b"]


def test_the_latest_is_behind_what_is_there(tables: Engine, positions: Positions, arn: str) -> None:
    put(tables, "a")
    positions.begin(MAPPING, ends_of(tables, arn))
    put(tables, "b")
    assert ids(shard(tables, positions, arn).read(9)) == ["b"]


def test_what_is_forgotten_after_a_day_is_passed(
    tables: Engine, positions: Positions, arn: str
) -> None:
    put(tables, "a", "b")
    one = shard(tables, positions, arn)
    one.read(1)
    one.advance(1)
    put(tables, "c")
    later = tables.clock() + 25 * 3_600
    tables.clock = lambda: later
    put(tables, "d")
    assert ids(one.read(9)) == ["d"]


def test_the_stream_of_a_table_that_was_taken_over_is_found(tables: Engine, arn: str) -> None:
    earlier = arn.rpartition("/")[0] + "/2020-01-01T00:00:00.000"
    assert shards_of(tables, earlier) == shards_of(tables, arn) != ()
    assert shards_of(tables, earlier.replace(":table/table", ":table/none")) == ()
