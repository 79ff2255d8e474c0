"""Transactions that are committed together: each for itself, all at once on the disk."""

import sqlite3
from pathlib import Path

import pytest
from dynamodb.engines import index, item, refused, table
from visitplannr.dynamodb.engine import Engine, open_engine
from visitplannr.dynamodb.errors import DynamoDBError


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def engine(tmp_path: Path, said: list[str]) -> Engine:
    engine = open_engine(str(tmp_path / "dynamodb.db"), lambda: 1.8e9, say=said.append)
    engine.call("CreateTable", table("table", "p"))
    return engine


def put(engine: Engine, name: str, **more: str) -> None:
    body = {"TableName": "table", "Item": item(p=name, x="x" * 3000), **more}
    engine.call("PutItem", body)


def names(engine: Engine) -> list[str]:
    found = engine.call("Scan", {"TableName": "table"})["Items"]
    return sorted(each["p"]["S"] for each in found)


def test_one_that_fails_takes_nothing_of_the_others(engine: Engine) -> None:
    with engine.together():
        put(engine, "a")
        body = {"TableName": "table", "Item": item(p="a")}
        condition = {"ConditionExpression": "attribute_not_exists(p)"}
        assert "conditional" in refused(engine, "PutItem", **body, **condition)
        put(engine, "b")
        engine.call("CreateTable", table("other", "p"))
    assert names(engine) == ["a", "b"]
    engine.close()


def test_one_that_fails_after_it_wrote_leaves_nothing(engine: Engine) -> None:
    engine.call("DescribeTable", {"TableName": "table"})
    update = {
        "TableName": "table",
        "AttributeDefinitions": [{"AttributeName": "g", "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": [
            {"Create": index("by-g", "g")},
            {"Update": {"IndexName": "nothing"}},
        ],
    }
    with engine.together():
        put(engine, "a")
        assert "Index: nothing not found" in refused(engine, "UpdateTable", **update)
    query = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'index_%'"
    assert engine.database.rows(query) == [(0,)]
    assert names(engine) == ["a"]
    engine.close()


def test_a_transaction_without_room_leaves_nothing(engine: Engine) -> None:
    put(engine, "first")
    (pages,) = engine.database.execute("PRAGMA page_count").fetchone()
    engine.database.execute(f"PRAGMA max_page_count={pages + 3}")
    actions = [
        {"Put": {"TableName": "table", "Item": item(p=f"{number}", x="x" * 3000)}}
        for number in range(30)
    ]
    text = refused(engine, "TransactWriteItems", TransactItems=actions)
    assert text.startswith("InternalServerError: no room to write in")
    assert names(engine) == ["first"]
    engine.close()


def test_what_fails_for_want_of_room_is_said_once_and_work_goes_on(
    engine: Engine, said: list[str]
) -> None:
    put(engine, "first")
    (pages,) = engine.database.execute("PRAGMA page_count").fetchone()
    engine.database.execute(f"PRAGMA max_page_count={pages + 3}")
    done: list[int] = []

    def fill() -> None:
        with engine.together():
            for number in range(50):
                put(engine, f"{number}")
                done.append(number)

    with pytest.raises(DynamoDBError) as raised:
        fill()
    assert (raised.value.code, raised.value.status) == ("InternalServerError", 500)
    assert done
    assert names(engine) == ["first"]
    assert len(said) == 1
    assert "no room to write in" in said[0]
    engine.database.execute("PRAGMA max_page_count=100000")
    put(engine, "last")
    assert names(engine) == ["first", "last"]
    assert len(said) == 2
    engine.close()


def test_a_lost_commit_loses_all(engine: Engine) -> None:
    def lose() -> None:
        with engine.together():
            put(engine, "a")
            engine.call("CreateTable", table("other", "p"))
            engine.database.lost = sqlite3.OperationalError("disk I/O error")

    with pytest.raises(DynamoDBError) as raised:
        lose()
    assert raised.value.status == 500
    assert names(engine) == []
    assert engine.call("ListTables", {}) == {"TableNames": ["table"]}
    engine.close()
