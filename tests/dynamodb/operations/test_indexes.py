"""Secondary indexes: what is in them, how they come and go."""

from typing import Any

import pytest
from dynamodb.engines import index, item, keys, refused, table
from visitplannr.dynamodb.engine import Engine

INVALID = "ValidationException: One or more parameter values were invalid: "
TYPE_OF_G = [{"AttributeName": "g", "AttributeType": "S"}]


def names(engine: Engine, index_name: str) -> list[str]:
    page = engine.call("Scan", {"TableName": "table", "IndexName": index_name})
    return sorted(found["c"]["S"] for found in page["Items"])


def create(engine: Engine, **members: Any) -> None:
    engine.call("CreateTable", table(**members))


def put(engine: Engine, **attributes: Any) -> None:
    engine.call("PutItem", {"TableName": "table", "Item": item(p="a", **attributes)})


def test_d197_items_enter_move_and_leave(engine: Engine) -> None:
    create(engine, GlobalSecondaryIndexes=[index("by-g", "g", "*", "h")])
    put(engine, c="1", g="x", h=1)
    put(engine, c="2", g="x")
    put(engine, c="3")
    assert names(engine, "by-g") == ["1"]
    put(engine, c="2", g="x", h=1)
    assert names(engine, "by-g") == ["1", "2"]
    put(engine, c="1", g="y", h=1)
    query = {
        "TableName": "table",
        "IndexName": "by-g",
        "KeyConditionExpression": "g = :g",
        "ExpressionAttributeValues": {":g": {"S": "y"}},
    }
    assert [found["c"] for found in engine.call("Query", query)["Items"]] == [{"S": "1"}]
    engine.call("DeleteItem", {"TableName": "table", "Key": item(p="a", c="2")})
    assert names(engine, "by-g") == ["1"]


@pytest.mark.parametrize(
    ("projection", "attributes"),
    [
        ({"projection": "ALL"}, "pcgxy"),
        ({"projection": "KEYS_ONLY"}, "pcg"),
        ({"projection": "INCLUDE", "NonKeyAttributes": ["x"]}, "pcgx"),
    ],
)
def test_d196_projections_hold_all_keys(
    engine: Engine, projection: dict[str, Any], attributes: str
) -> None:
    create(engine, GlobalSecondaryIndexes=[index("by-g", "g", **projection)])
    put(engine, c="1", g="g", x="x", y="y")
    (found,) = engine.call("Scan", {"TableName": "table", "IndexName": "by-g"})["Items"]
    assert set(found) == set(attributes)


def by_g(**changes: Any) -> dict[str, Any]:
    created = {**index("by-g", "g"), **changes}
    return {"TableName": "table", "GlobalSecondaryIndexUpdates": [{"Create": created}]}


def test_d199_an_added_index_is_filled_with_what_fits(engine: Engine) -> None:
    create(engine)
    put(engine, c="1", g="x")
    put(engine, c="2", g=2)
    put(engine, c="3", g="")
    put(engine, c="4", g="x" * 2049)
    put(engine, c="5")
    engine.call("DescribeTable", {"TableName": "table"})
    body = by_g() | {"AttributeDefinitions": TYPE_OF_G}
    described = engine.call("UpdateTable", body)["TableDescription"]
    (added,) = described["GlobalSecondaryIndexes"]
    assert (described["TableStatus"], added["IndexStatus"]) == ("UPDATING", "CREATING")
    assert added["Backfilling"] is True
    assert names(engine, "by-g") == ["1"]
    assert "Type mismatch" in refused(
        engine, "PutItem", TableName="table", Item=item(p="a", c="6", g=6)
    )
    described = engine.call("DescribeTable", {"TableName": "table"})["Table"]
    assert [each["IndexStatus"] for each in described["GlobalSecondaryIndexes"]] == ["ACTIVE"]
    assert described["AttributeDefinitions"][-1:] == TYPE_OF_G


def test_d201_a_removed_index_frees_its_attribute(engine: Engine) -> None:
    create(engine, GlobalSecondaryIndexes=[index("by-g", "g")])
    put(engine, c="1", g="x")
    engine.call("DescribeTable", {"TableName": "table"})
    delete = {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-g"}}]}
    body = {"TableName": "table", **delete}
    described = engine.call("UpdateTable", body)["TableDescription"]
    assert [each["IndexStatus"] for each in described["GlobalSecondaryIndexes"]] == ["DELETING"]
    put(engine, c="2", g=2)
    assert refused(engine, "Scan", TableName="table", IndexName="by-g") == (
        "ValidationException: The table does not have the specified index: by-g"
    )
    assert refused(engine, "UpdateTable", **body).startswith("ResourceNotFoundException")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            by_g(), "AttributeDefinitions is not specified for index: by-g", id="D200 undefined"
        ),
        pytest.param(
            by_g(IndexName="local", KeySchema=keys("c"))
            | {"AttributeDefinitions": [{"AttributeName": "c", "AttributeType": "S"}]},
            "Attempting to create an index which already exists",
            id="D200 name",
        ),
        pytest.param(
            by_g(KeySchema=keys("c"))
            | {"AttributeDefinitions": [{"AttributeName": "c", "AttributeType": "N"}]},
            "Attributes cannot be redefined",
            id="D200 type",
        ),
        pytest.param(
            {"TableName": "table"}, "WarmThroughput or TableClass is required", id="D200 empty"
        ),
        pytest.param(
            {"TableName": "table", "GlobalSecondaryIndexUpdates": [{}]},
            "must not be null",
            id="D200 none",
        ),
        pytest.param(
            {
                "TableName": "table",
                "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "local"}}],
            },
            "Cannot delete an index that is not a GlobalSecondaryIndex: local",
            id="D200 local",
        ),
        pytest.param(
            {
                "TableName": "table",
                "GlobalSecondaryIndexUpdates": [
                    {"Delete": {"IndexName": "one"}},
                    {"Delete": {"IndexName": "two"}},
                ],
            },
            "LimitExceededException",
            id="D199 two",
        ),
    ],
)
def test_d199_d200_changes_that_cannot_be(engine: Engine, body: dict[str, Any], text: str) -> None:
    create(engine, LocalSecondaryIndexes=[index("local", "p", "*", "h")])
    engine.call("DescribeTable", {"TableName": "table"})
    assert text in refused(engine, "UpdateTable", **body)
