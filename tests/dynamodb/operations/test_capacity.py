"""Consumed capacity (dynamodb.md part 22)."""

from typing import Any

import pytest
from dynamodb.engines import index, item, table
from visitplannr.dynamodb.engine import Engine

BIG = {"S": "x" * 5000}
KEY = item(p="a", c="b")


@pytest.fixture(autouse=True)
def tables(engine: Engine) -> None:
    engine.call("CreateTable", table())
    indexes = [index("global", "g"), index("narrow", "h", projection="KEYS_ONLY")]
    local = index("local", "p", "*", "h")
    body = table("indexed", LocalSecondaryIndexes=[local], GlobalSecondaryIndexes=indexes)
    engine.call("CreateTable", body)


def consumed(engine: Engine, operation: str, wanted: str = "TOTAL", **body: Any) -> Any:
    answer = engine.call(operation, {**body, "ReturnConsumedCapacity": wanted})
    return answer["ConsumedCapacity"]


@pytest.mark.parametrize(
    ("operation", "body", "units"),
    [
        pytest.param("GetItem", {"Key": item(p="z", c="z")}, 0.5, id="D211 missing"),
        pytest.param("GetItem", {"Key": KEY}, 1, id="D211 eventual"),
        pytest.param("GetItem", {"Key": KEY, "ConsistentRead": True}, 2, id="D211 consistent"),
        pytest.param("GetItem", {"Key": KEY, "ProjectionExpression": "p"}, 1, id="D214 projection"),
        pytest.param("PutItem", {"Item": KEY}, 5, id="D211 the larger of both"),
        pytest.param("DeleteItem", {"Key": KEY}, 5, id="D211 delete"),
        pytest.param("DeleteItem", {"Key": item(p="z", c="z")}, 1, id="D211 nothing to delete"),
        pytest.param("UpdateItem", {"Key": KEY, "UpdateExpression": "REMOVE x"}, 5, id="update"),
        pytest.param(
            "Query",
            {
                "KeyConditionExpression": "p = :p",
                "ExpressionAttributeValues": {":p": {"S": "a"}},
            },
            1.5,
            id="D213 one rounding",
        ),
    ],
)
def test_d211_d213_units(
    engine: Engine, operation: str, body: dict[str, Any], units: float
) -> None:
    for letter in "bc":
        engine.call("PutItem", {"TableName": "table", "Item": item(p="a", c=letter, x=BIG)})
    expected = {"TableName": "table", "CapacityUnits": units}
    assert consumed(engine, operation, TableName="table", **body) == expected


def test_d212_none_is_nothing(engine: Engine) -> None:
    for wanted in ({}, {"ReturnConsumedCapacity": "NONE"}):
        assert engine.call("PutItem", {"TableName": "table", "Item": KEY, **wanted}) == {}


def amounts(answer: dict[str, Any]) -> dict[str, float]:
    """Give units by what consumed them: total, table, indexes' names."""
    found = {"total": answer["CapacityUnits"], "table": answer["Table"]["CapacityUnits"]}
    for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        found |= {name: units["CapacityUnits"] for name, units in answer.get(kind, {}).items()}
    return found


@pytest.mark.parametrize(
    ("put", "expected"),
    [
        pytest.param(item(x=1), {"total": 1, "table": 1}, id="in no index"),
        pytest.param(item(g="a"), {"total": 2, "table": 1, "global": 1}, id="enters one"),
        pytest.param(
            item(g="a", h=1),
            {"total": 4, "table": 1, "global": 1, "narrow": 1, "local": 1},
            id="enters all",
        ),
    ],
)
def test_d212_d215_indexes_that_are_written(
    engine: Engine, put: dict[str, Any], expected: dict[str, float]
) -> None:
    body = {"TableName": "indexed", "Item": {**KEY, **put}}
    assert amounts(consumed(engine, "PutItem", "INDEXES", **body)) == expected


@pytest.mark.parametrize(
    ("put", "expected"),
    [
        pytest.param(item(g="a", h=1, x=1), {"total": 1, "table": 1}, id="D215 nothing changes"),
        pytest.param(
            item(g="a", h=1, x=2),
            {"total": 3, "table": 1, "global": 1, "local": 1},
            id="D215 projected",
        ),
        pytest.param(
            item(g="b", h=1, x=1),
            {"total": 4, "table": 1, "global": 2, "local": 1},
            id="D215 moves",
        ),
    ],
)
def test_d215_what_changes_an_entry(
    engine: Engine, put: dict[str, Any], expected: dict[str, float]
) -> None:
    old = {**KEY, **item(g="a", h=1, x=1)}
    engine.call("PutItem", {"TableName": "indexed", "Item": old})
    body = {"TableName": "indexed", "Item": {**KEY, **put}}
    assert amounts(consumed(engine, "PutItem", "INDEXES", **body)) == expected


def test_d214_an_index_is_read_alone(engine: Engine) -> None:
    put = {**KEY, **item(g="a", h=1, x=BIG)}
    engine.call("PutItem", {"TableName": "indexed", "Item": put})
    body = {"TableName": "indexed", "IndexName": "global"}
    answer = amounts(consumed(engine, "Scan", "INDEXES", **body))
    assert answer == {"total": 1, "table": 0, "global": 1}
    body = {"TableName": "indexed", "IndexName": "narrow"}
    answer = amounts(consumed(engine, "Scan", "INDEXES", **body))
    assert answer == {"total": 0.5, "table": 0, "narrow": 0.5}


def test_d213_batches_add_up_item_by_item(engine: Engine) -> None:
    puts = [{"PutRequest": {"Item": item(p="a", c=letter, x=BIG)}} for letter in "bc"]
    written = consumed(engine, "BatchWriteItem", RequestItems={"table": puts})
    assert written == [{"TableName": "table", "CapacityUnits": 10}]
    keys = [item(p="a", c=letter) for letter in "bcz"]
    asked = {"table": {"Keys": keys, "ConsistentRead": True}}
    read = consumed(engine, "BatchGetItem", RequestItems=asked)
    assert read == [{"TableName": "table", "CapacityUnits": 5}]


def test_transactions_cost_twice(engine: Engine) -> None:
    put = {"Put": {"TableName": "table", "Item": {**KEY, "x": BIG}}}
    (written,) = consumed(engine, "TransactWriteItems", TransactItems=[put])
    units = {"CapacityUnits": 10, "WriteCapacityUnits": 10}
    assert written == {"TableName": "table", **units}
    get = {"Get": {"TableName": "table", "Key": KEY}}
    (read,) = consumed(engine, "TransactGetItems", TransactItems=[get])
    assert read == {"TableName": "table", "CapacityUnits": 4, "ReadCapacityUnits": 4}


def test_the_engine_tells_what_each_call_consumes(engine: Engine) -> None:
    seen: list[tuple[str, str | None, str, float]] = []
    engine.observe = lambda *what: seen.append(what)
    engine.call("PutItem", {"TableName": "indexed", "Item": {**KEY, **item(g="a")}})
    engine.call("GetItem", {"TableName": "indexed", "Key": KEY})
    assert seen == [
        ("indexed", None, "write", 1),
        ("indexed", "global", "write", 1),
        ("indexed", None, "read", 0.5),
    ]
