"""PartiQL: the four plain statements, batches and transactions of them."""

from typing import Any

import pytest
from dynamodb.engines import index, item, refused, table
from visitplannr.dynamodb.engine import Engine

ITEMS = [
    item(p="a", c="1", x=1, tags={"SS": ["u", "v"]}),
    item(p="a", c="2", x=2, m={"M": item(n="deep")}),
    item(p="b", c="1", g="g"),
]


@pytest.fixture(autouse=True)
def tables(engine: Engine) -> None:
    engine.call("CreateTable", table(GlobalSecondaryIndexes=[index("by-g", "g")]))
    for each in ITEMS:
        engine.call("PutItem", {"TableName": "table", "Item": each})


def execute(engine: Engine, statement: str, *parameters: Any, **members: Any) -> Any:
    given = {"Parameters": list(parameters)} if parameters else {}
    return engine.call("ExecuteStatement", {"Statement": statement, **given, **members})


def shown(found: list[dict[str, Any]]) -> set[str]:
    return {each["p"]["S"] + each["c"]["S"] for each in found}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", {"a1", "a2", "b1"}),
        ("WHERE p = 'a'", {"a1", "a2"}),
        ("WHERE p = 'a' AND c > '1'", {"a2"}),
        ("WHERE p = 'a' AND begins_with(c, '1')", {"a1"}),
        ("WHERE p = 'a' AND c BETWEEN '0' AND '1' AND x = 1", {"a1"}),
        ("WHERE x >= 2 OR g = 'g'", {"a2", "b1"}),
        ("WHERE x IS MISSING", {"b1"}),
        ("WHERE x IS NOT MISSING AND NOT (x = 1)", {"a2"}),
        ("WHERE p IN ['a', 'z'] AND contains(tags, 'u')", {"a1"}),
        ("WHERE m.n = 'deep'", {"a2"}),
        ("WHERE size(tags) = 2", {"a1"}),
        ("""WHERE "x" != 1 AND "x" <> 3""", {"a2", "b1"}),
    ],
)
def test_select(engine: Engine, where: str, expected: set[str]) -> None:
    answer = execute(engine, f'SELECT * FROM "table" {where}'.strip())
    assert shown(answer["Items"]) == expected


def test_select_by_index_in_order_with_projection_and_pages(engine: Engine) -> None:
    assert execute(engine, """SELECT p, c FROM "table"."by-g" WHERE g = 'g'""") == {
        "Items": [item(p="b", c="1")]
    }
    statement = """SELECT c FROM "table" WHERE p = ? ORDER BY c DESC"""
    page = execute(engine, statement, {"S": "a"}, Limit=1)
    assert page["Items"] == [item(c="2")]
    page = execute(engine, statement, {"S": "a"}, Limit=1, NextToken=page["NextToken"])
    assert page["Items"] == [item(c="1")]


def test_insert_update_delete(engine: Engine) -> None:
    literal = "{'p': 'c', 'c': '1', 'n': -1.50, 'l': [1, 'x', {'y': null}], 's': <<'u', 'v'>>}"
    insert = f'INSERT INTO "table" VALUE {literal}'
    assert execute(engine, insert) == {"Items": []}
    assert refused(engine, "ExecuteStatement", Statement=insert) == (
        "DuplicateItemException: Duplicate primary key exists in table"
    )
    update = """UPDATE "table" SET n = n + 1 SET q = ? REMOVE l WHERE p = 'c' AND c = '1'"""
    answer = execute(engine, f"{update} RETURNING ALL NEW *", {"BOOL": True})
    expected = item(p="c", c="1", n={"N": "-0.5"}, q={"BOOL": True}, s={"SS": ["u", "v"]})
    assert answer == {"Items": [expected]}
    delete = """DELETE FROM "table" WHERE p = 'c' AND c = '1' RETURNING ALL OLD *"""
    assert execute(engine, delete) == {"Items": [expected]}
    assert execute(engine, delete) == {"Items": []}


def test_an_update_makes_no_item(engine: Engine) -> None:
    statement = """UPDATE "table" SET x = 1 WHERE p = 'z' AND c = 'z'"""
    text = refused(engine, "ExecuteStatement", Statement=statement)
    assert text.startswith("ConditionalCheckFailedException")
    assert len(engine.call("Scan", {"TableName": "table"})["Items"]) == 3


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("", "1 validation error"),
        ("CREATE TABLE x", "SELECT, INSERT, UPDATE and DELETE are understood"),
        ("SELECT * FROM", "it ends early"),
        ("SELECT * FROM t WHERE", "it ends early"),
        ("SELECT * FROM t WHERE p = 'a' GROUP BY x", "GROUP"),
        ("SELECT * FROM t WHERE p = ?", "Number of parameters"),
        ("""UPDATE "table" SET x = 1 WHERE p = 'a'""", "equality on all key attributes"),
        ("""DELETE FROM "table" WHERE x = 1""", "equality on all key attributes"),
        ("SELECT * FROM none", "ResourceNotFoundException"),
        ("SELECT # FROM t", "#"),
    ],
)
def test_what_is_not_understood(engine: Engine, statement: str, words: str) -> None:
    assert words in refused(engine, "ExecuteStatement", Statement=statement)


def test_a_batch_goes_on_after_a_fault(engine: Engine) -> None:
    statements = [
        """SELECT * FROM "table" WHERE p = 'b' AND c = '1'""",
        """INSERT INTO "table" VALUE {'p': 'a', 'c': '1'}""",
        """DELETE FROM "table" WHERE p = 'a' AND c = '2'""",
    ]
    body = {"Statements": [{"Statement": each} for each in statements]}
    responses = engine.call("BatchExecuteStatement", body)["Responses"]
    assert responses[0] == {"Item": ITEMS[2], "TableName": "table"}
    assert responses[1]["Error"]["Code"] == "DuplicateItem"
    assert responses[2] == {"TableName": "table"}


def test_a_transaction_is_all_or_nothing(engine: Engine) -> None:
    def transact(*statements: str) -> dict[str, Any]:
        return {"TransactStatements": [{"Statement": each} for each in statements]}

    insert = """INSERT INTO "table" VALUE {'p': 'n', 'c': '1'}"""
    again = """INSERT INTO "table" VALUE {'p': 'a', 'c': '1'}"""
    text = refused(engine, "ExecuteTransaction", **transact(insert, again))
    assert text.startswith("TransactionCanceledException")
    assert len(engine.call("Scan", {"TableName": "table"})["Items"]) == 3
    engine.call("ExecuteTransaction", transact(insert))
    select = """SELECT c FROM "table" WHERE p = 'n' AND c = '1'"""
    assert engine.call("ExecuteTransaction", transact(select)) == {
        "Responses": [{"Item": item(c="1")}]
    }
    mixed = refused(engine, "ExecuteTransaction", **transact(select, insert))
    assert "all reads or all writes" in mixed
