"""GetItem, PutItem, UpdateItem, DeleteItem against a table: keys, indexes' keys, return values."""

from typing import Any

import pytest
from dynamodb.engines import index, item, refused, table
from visitplannr.dynamodb.engine import Engine

MISMATCH = "ValidationException: The provided key element does not match the schema"
INVALID = "ValidationException: One or more parameter values were invalid: "


@pytest.fixture(autouse=True)
def tables(engine: Engine) -> None:
    engine.call("CreateTable", table())
    engine.call("CreateTable", table("numbers", "n"))
    engine.call(
        "CreateTable", table("indexed", GlobalSecondaryIndexes=[index("by-g", "g", "*", "h")])
    )


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(item(p="a"), id="D64 one missing"),
        pytest.param(item(p="a", c="b", x="y"), id="D64 one too many"),
        pytest.param(item(p="a", c=1), id="D64 another type"),
        pytest.param(item(p="a", x="b"), id="D64 another name"),
    ],
)
@pytest.mark.parametrize("operation", ["GetItem", "DeleteItem", "UpdateItem"])
def test_d64_a_key_fits_the_schema(engine: Engine, operation: str, key: dict[str, Any]) -> None:
    assert refused(engine, operation, TableName="table", Key=key) == MISMATCH


@pytest.mark.parametrize(
    ("put", "text"),
    [
        pytest.param(item(c="b"), f"{INVALID}Missing the key p in the item", id="D65"),
        pytest.param(
            item(p="a", c=1),
            f"{INVALID}Type mismatch for key c expected: S actual: N",
            id="D66",
        ),
        pytest.param(
            item(p="", c="b"),
            "ValidationException: One or more parameter values are not valid. The AttributeValue "
            "for a key attribute cannot contain an empty string value. Key: p",
            id="D67",
        ),
        pytest.param(
            item(p="a" * 2049, c="b"),
            f"{INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes",
            id="D68 hash",
        ),
        pytest.param(
            item(p="a", c="é" * 513),
            f"{INVALID}Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
            id="D68 range",
        ),
    ],
)
def test_d65_to_d68_an_items_key(engine: Engine, put: dict[str, Any], text: str) -> None:
    assert refused(engine, "PutItem", TableName="table", Item=put) == text


def test_d67_an_empty_key_is_no_key(engine: Engine) -> None:
    text = refused(engine, "GetItem", TableName="table", Key=item(p="a", c=""))
    assert text == (
        f"{INVALID}The AttributeValue for a key attribute cannot contain an empty string value. "
        "Key: c"
    )


def test_d68_the_longest_keys(engine: Engine) -> None:
    put = item(p="a" * 2048, c="b" * 1024)
    engine.call("PutItem", {"TableName": "table", "Item": put})
    assert engine.call("GetItem", {"TableName": "table", "Key": put}) == {"Item": put}


def test_d69_the_limit_is_for_each_range_key(engine: Engine) -> None:
    local = index("local", "p", "*", "g")
    engine.call("CreateTable", table("local", LocalSecondaryIndexes=[local]))
    put = item(p="a", c="b" * 1024, g="g" * 1024)
    engine.call("PutItem", {"TableName": "local", "Item": put})
    assert engine.call("Scan", {"TableName": "local", "IndexName": "local"})["Items"] == [put]


def test_d63_equal_numbers_are_one_key(engine: Engine) -> None:
    for number, name in (("1000", "first"), ("1e3", "second"), ("1000.0", "third")):
        put = {"n": {"N": number}, **item(name=name)}
        engine.call("PutItem", {"TableName": "numbers", "Item": put})
    assert engine.call("Scan", {"TableName": "numbers"})["Items"] == [item(n=1000, name="third")]


@pytest.mark.parametrize(
    ("put", "words"),
    [
        pytest.param(
            item(g=1),
            "Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g",
            id="D71",
        ),
        pytest.param(item(g={"NULL": True}), "Actual: NULL IndexName: by-g", id="D71 NULL"),
        pytest.param(item(g=""), "empty string value. IndexName: by-g, IndexKey: g", id="D72"),
        pytest.param(item(g="a" * 2049), "limit of2048 bytes", id="D73"),
    ],
)
def test_d71_to_d73_an_attribute_that_cannot_be_an_indexs_key(
    engine: Engine, put: dict[str, Any], words: str
) -> None:
    key = item(p="a", c="b")
    assert words in refused(engine, "PutItem", TableName="indexed", Item=key | put)
    body = {"UpdateExpression": "SET g = :g", "ExpressionAttributeValues": {":g": put["g"]}}
    assert words in refused(engine, "UpdateItem", TableName="indexed", Key=key, **body)
    assert engine.call("Scan", {"TableName": "indexed"})["Count"] == 0


def test_d71_what_an_update_computes(engine: Engine) -> None:
    engine.call("PutItem", {"TableName": "indexed", "Item": item(p="a", c="b", x=1)})
    body = {"TableName": "indexed", "Key": item(p="a", c="b"), "UpdateExpression": "SET g = x"}
    assert refused(engine, "UpdateItem", **body) == (
        "ValidationException: The update expression attempted to update the secondary index key "
        "to unsupported type"
    )


def test_d25_a_missing_table(engine: Engine) -> None:
    for operation in ("GetItem", "DeleteItem", "UpdateItem"):
        text = refused(engine, operation, TableName="nothing", Key=item(p="a"))
        assert text == "ResourceNotFoundException: Requested resource not found"


def test_d70_values_come_before_the_table_and_the_table_before_the_key(engine: Engine) -> None:
    bad = {"p": {"N": "x"}}
    assert "numeric" in refused(engine, "GetItem", TableName="nothing", Key=bad)
    assert "not found" in refused(engine, "GetItem", TableName="nothing", Key=item(z="a"))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            {
                "UpdateExpression": "SET c = :v",
                "ExpressionAttributeValues": {":v": {"S": "x"}},
            },
            f"{INVALID}Cannot update attribute c. This attribute is part of the key",
            id="D134",
        ),
        pytest.param(
            {"AttributeUpdates": {"p": {"Value": {"S": "x"}}}},
            f"{INVALID}Cannot update attribute p. This attribute is part of the key",
            id="D134 old style",
        ),
        pytest.param(
            {"UpdateExpression": "SET x = c.y"},
            "ValidationException: Key attributes must be scalars; list random access '[]' and map "
            "lookup '.' are not allowed: Key: c",
            id="D103",
        ),
        pytest.param(
            {"UpdateExpression": "REMOVE g[1]"},
            "ValidationException: Key attributes must be scalars; list random access '[]' and map "
            "lookup '.' are not allowed: IndexKey: g",
            id="D103 index",
        ),
    ],
)
def test_updates_of_keys(engine: Engine, body: dict[str, Any], text: str) -> None:
    key = item(p="a", c="b")
    assert refused(engine, "UpdateItem", TableName="indexed", Key=key, **body) == text


def test_d75_an_update_makes_no_item_above_400_kb(engine: Engine) -> None:
    put = item(p="a", c="b", x="x" * 300_000)
    engine.call("PutItem", {"TableName": "table", "Item": put})
    values = {":y": {"S": "y" * 120_000}}
    body = {"UpdateExpression": "SET y = :y", "ExpressionAttributeValues": values}
    text = refused(engine, "UpdateItem", TableName="table", Key=item(p="a", c="b"), **body)
    assert text == (
        "ValidationException: Item size to update has exceeded the maximum allowed size"
    )


OLD = item(p="a", c="b", x=1, m={"M": item(y=2, z=3)})


@pytest.mark.parametrize(
    ("returns", "update", "attributes"),
    [
        pytest.param("NONE", "SET x = :v", None, id="NONE"),
        pytest.param("ALL_OLD", "SET x = :v", OLD, id="D149"),
        pytest.param("ALL_NEW", "SET x = :v", OLD | item(x=9), id="D152"),
        pytest.param("UPDATED_OLD", "SET x = :v", item(x=1), id="D150 old"),
        pytest.param("UPDATED_NEW", "SET m.y = :v", item(m={"M": item(y=9)}), id="D150 nested"),
        pytest.param("UPDATED_OLD", "SET q = :v", None, id="D150 none there"),
        pytest.param("UPDATED_NEW", "REMOVE x SET q = :v", item(q=9), id="D150 removed"),
    ],
)
def test_d149_to_d152_return_values(
    engine: Engine, returns: str, update: str, attributes: Any
) -> None:
    engine.call("PutItem", {"TableName": "table", "Item": OLD})
    body = {
        "TableName": "table",
        "Key": item(p="a", c="b"),
        "UpdateExpression": update,
        "ExpressionAttributeValues": {":v": {"N": "9"}},
        "ReturnValues": returns,
    }
    assert engine.call("UpdateItem", body).get("Attributes") == attributes


@pytest.mark.parametrize(
    ("update", "there"),
    [
        pytest.param({"UpdateExpression": "REMOVE x"}, False, id="D146 removes"),
        pytest.param({}, True, id="D126 nothing"),
        pytest.param({"AttributeUpdates": {}}, True, id="D126 empty"),
    ],
)
def test_updates_of_a_missing_item(engine: Engine, update: dict[str, Any], there: bool) -> None:
    body = {"TableName": "table", "Key": item(p="a", c="b"), "ReturnValues": "ALL_NEW", **update}
    expected = {"Attributes": item(p="a", c="b")} if there else {}
    assert engine.call("UpdateItem", body) == expected
    assert engine.call("Scan", {"TableName": "table"})["Count"] == there


def test_d118_d153_a_failed_condition_shows_the_item_if_asked(engine: Engine) -> None:
    engine.call("PutItem", {"TableName": "table", "Item": OLD})
    condition = {"ConditionExpression": "attribute_not_exists(p)"}
    for returns, members in (({}, {}), ({"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}, OLD)):
        body = {"TableName": "table", "Item": item(p="a", c="b"), **condition, **returns}
        with pytest.raises(Exception, match="The conditional request failed") as error:
            engine.call("PutItem", body)
        assert error.value.members.get("Item", {}) == members  # type: ignore[attr-defined]
    assert engine.call("Scan", {"TableName": "table"})["Items"] == [OLD]


def test_d148_put_and_delete_return_the_old_item(engine: Engine) -> None:
    put = {"TableName": "table", "Item": OLD, "ReturnValues": "ALL_OLD"}
    delete = {"TableName": "table", "Key": item(p="a", c="b"), "ReturnValues": "ALL_OLD"}
    assert engine.call("PutItem", put) == {}
    assert engine.call("PutItem", put) == {"Attributes": OLD}
    assert engine.call("DeleteItem", delete) == {"Attributes": OLD}
    assert engine.call("DeleteItem", delete) == {}


def nested(levels: int) -> dict[str, Any]:
    """Give a text in so many lists."""
    value: dict[str, Any] = {"S": "x"}
    for _ in range(levels):
        value = {"L": [value]}
    return value


@pytest.mark.parametrize(
    "update",
    [
        pytest.param("SET m.a = :v", id="D18 below a map"),
        pytest.param("SET l[0] = deep", id="D18 what was elsewhere"),
        pytest.param("SET l = list_append(l, :l)", id="D18 a longer list"),
    ],
)
def test_an_update_puts_at_most_32_levels_together(engine: Engine, update: str) -> None:
    def body(levels: int) -> dict[str, Any]:
        deep = nested(levels)
        rest = {"deep": deep, "m": {"M": {}}, "l": {"L": []}}
        engine.call("PutItem", {"TableName": "table", "Item": item(p="a", c="b", **rest)})
        values = {":v": deep, ":l": {"L": [deep]}}
        used = {name: value for name, value in values.items() if name in update}
        given = {"ExpressionAttributeValues": used} if used else {}
        return {"Key": item(p="a", c="b"), "UpdateExpression": update, **given}

    engine.call("UpdateItem", {"TableName": "table", **body(30)})
    assert "Nesting Levels" in refused(engine, "UpdateItem", TableName="table", **body(31))
