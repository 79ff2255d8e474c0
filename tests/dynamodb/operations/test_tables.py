"""CreateTable, DescribeTable, ListTables, UpdateTable, DeleteTable."""

from typing import Any

import pytest
from dynamodb.engines import START, Clock, index, item, keys, refused, table
from visitplannr.dynamodb.engine import Engine

INVALID = "ValidationException: One or more parameter values were invalid: "
UNITS = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/table"
DEFINITIONS = [
    {"AttributeName": "c", "AttributeType": "S"},
    {"AttributeName": "p", "AttributeType": "S"},
]


def test_d203_a_new_table_is_described(engine: Engine) -> None:
    created = engine.call("CreateTable", table())["TableDescription"]
    assert len(created.pop("TableId")) == 36
    assert created == {
        "TableName": "table",
        "TableArn": ARN,
        "TableStatus": "CREATING",
        "CreationDateTime": START,
        "AttributeDefinitions": DEFINITIONS,
        "KeySchema": keys("p", "*", "c"),
        "ItemCount": 0,
        "TableSizeBytes": 0,
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "TableThroughputModeSummary": {"TableThroughputMode": "PAY_PER_REQUEST"},
        "ProvisionedThroughput": {
            "ReadCapacityUnits": 0,
            "WriteCapacityUnits": 0,
            "NumberOfDecreasesToday": 0,
        },
    }
    described = engine.call("DescribeTable", {"TableName": "table"})["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert described["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] == START


def test_d203_provisioned_is_the_default(engine: Engine) -> None:
    body = table(ProvisionedThroughput=UNITS)
    del body["BillingMode"]
    created = engine.call("CreateTable", body)["TableDescription"]
    assert created["ProvisionedThroughput"] == {**UNITS, "NumberOfDecreasesToday": 0}
    assert "BillingModeSummary" not in created


def test_d198_indexes_are_described(engine: Engine) -> None:
    local, other = index("local", "p", "*", "h"), index("global", "g", projection="KEYS_ONLY")
    body = table(LocalSecondaryIndexes=[local], GlobalSecondaryIndexes=[other])
    created = engine.call("CreateTable", body)["TableDescription"]
    empty = {"IndexSizeBytes": 0, "ItemCount": 0}
    assert created["LocalSecondaryIndexes"] == [
        {**local, "IndexArn": f"{ARN}/index/local", **empty}
    ]
    (described,) = created["GlobalSecondaryIndexes"]
    assert described["IndexStatus"] == "CREATING"
    assert described["IndexArn"] == f"{ARN}/index/global"
    assert described["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0
    engine.call("PutItem", {"TableName": "table", "Item": item(p="a", c="b", g="x", h=1, z="z")})
    table_ = engine.call("DescribeTable", {"TableName": "table"})["Table"]
    assert (table_["ItemCount"], table_["TableSizeBytes"]) == (1, 11)
    sizes = [
        (each["ItemCount"], each["IndexSizeBytes"])
        for kind in ("Local", "Global")
        for each in table_[f"{kind}SecondaryIndexes"]
    ]
    assert sizes == [(1, 11), (1, 6)]
    assert table_["GlobalSecondaryIndexes"][0]["IndexStatus"] == "ACTIVE"


def changed(**members: Any) -> dict[str, Any]:
    """Give CreateTable's request with other members; None takes one out."""
    body = {**table(), **members}
    return {name: content for name, content in body.items() if content is not None}


def local(*schema: str, **more: Any) -> dict[str, Any]:
    return changed(LocalSecondaryIndexes=[index("abc", *schema, **more)])


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            changed(BillingMode=None),
            f"{INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when "
            "BillingMode is PROVISIONED",
            id="D205 none",
        ),
        pytest.param(
            changed(ProvisionedThroughput=UNITS),
            f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
            "BillingMode is PAY_PER_REQUEST",
            id="D205 both",
        ),
        pytest.param(
            changed(
                BillingMode=None,
                ProvisionedThroughput={"ReadCapacityUnits": 10**12 + 1, "WriteCapacityUnits": 1},
            ),
            "ValidationException: Given value 1000000000001 for ReadCapacityUnits is out of bounds",
            id="D204",
        ),
        pytest.param(
            changed(AttributeDefinitions=[]),
            "ValidationException: Invalid KeySchema: Some index key attribute have no definition",
            id="D206 no definition",
        ),
        pytest.param(
            changed(
                AttributeDefinitions=DEFINITIONS,
                KeySchema=keys("z"),
            ),
            f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. "
            "Keys: [z], AttributeDefinitions: [c, p]",
            id="D206 another",
        ),
        pytest.param(
            changed(KeySchema=keys("p", "*", "p")),
            "ValidationException: Both the Hash Key and the Range Key element in the KeySchema "
            "have the same name",
            id="D206 twice",
        ),
        pytest.param(
            changed(KeySchema=keys("*", "p", "c")),
            "ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key "
            "type",
            id="D206 first",
        ),
        pytest.param(
            changed(KeySchema=keys("p", "c")),
            "ValidationException: Invalid KeySchema: The second KeySchemaElement is not a RANGE "
            "key type",
            id="D206 second",
        ),
        pytest.param(
            changed(KeySchema=keys("p")),
            f"{INVALID}Number of attributes in KeySchema does not exactly match number of "
            "attributes defined in AttributeDefinitions",
            id="D207",
        ),
        pytest.param(
            changed(LocalSecondaryIndexes=[]),
            f"{INVALID}List of LocalSecondaryIndexes is empty",
            id="D194 empty",
        ),
        pytest.param(
            changed(
                KeySchema=keys("p"),
                LocalSecondaryIndexes=[index("abc", "p", "*", "c")],
            ),
            f"{INVALID}Table KeySchema does not have a range key, which is required when "
            "specifying a LocalSecondaryIndex",
            id="D193 no range",
        ),
        pytest.param(
            local("c", "*", "p"),
            f"{INVALID}Index KeySchema does not have the same leading hash key as table KeySchema "
            "for index: abc. index hash key: c, table hash key: p",
            id="D193 hash",
        ),
        pytest.param(
            local("p"),
            f"{INVALID}Index KeySchema does not have a range key for index: abc",
            id="D193 range",
        ),
        pytest.param(
            changed(LocalSecondaryIndexes=[index(f"abc{n}", "p", "*", "c") for n in range(6)]),
            f"{INVALID}Number of LocalSecondaryIndexes exceeds per-table limit of 5",
            id="D194 local",
        ),
        pytest.param(
            changed(GlobalSecondaryIndexes=[index(f"abc{n}", "c") for n in range(21)]),
            f"{INVALID}GlobalSecondaryIndex count exceeds the per-table limit of 20",
            id="D194 global",
        ),
        pytest.param(
            changed(
                LocalSecondaryIndexes=[index("abc", "p", "*", "c")],
                GlobalSecondaryIndexes=[index("abc", "c")],
            ),
            f"{INVALID}Duplicate index name: abc",
            id="D192",
        ),
        pytest.param(
            changed(GlobalSecondaryIndexes=[{**index("abc", "c"), "Projection": {}}]),
            f"{INVALID}Unknown ProjectionType: null",
            id="D195 none",
        ),
        pytest.param(
            local("p", "*", "c", NonKeyAttributes=["x"]),
            f"{INVALID}ProjectionType is ALL, but NonKeyAttributes is specified",
            id="D195 all",
        ),
        pytest.param(
            changed(GlobalSecondaryIndexes=[{**index("abc", "c"), "ProvisionedThroughput": UNITS}]),
            f"{INVALID}ProvisionedThroughput should not be specified for index: abc when "
            "BillingMode is PAY_PER_REQUEST",
            id="D205 index",
        ),
    ],
)
def test_what_does_not_fit_together(engine: Engine, body: dict[str, Any], text: str) -> None:
    assert refused(engine, "CreateTable", **body) == text
    assert engine.call("ListTables", {}) == {"TableNames": []}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        pytest.param(("p", "*", "c", "h", "n", "g"), None, id="four RANGE"),
        pytest.param(("p", "*", "c", "h", "n", "g", "b"), "RANGE", id="five RANGE"),
        pytest.param(("p", "c", "h", "n", "g"), "HASH", id="five HASH"),
        pytest.param(("p", "*", "p"), "same name", id="twice"),
    ],
)
def test_d202_keys_of_several_attributes(
    engine: Engine, schema: tuple[str, ...], words: str | None
) -> None:
    body = table(GlobalSecondaryIndexes=[index("abc", *schema)])
    if words:
        assert words in refused(engine, "CreateTable", **body)
    else:
        engine.call("CreateTable", body)


def test_d202_hash_goes_before_range(engine: Engine) -> None:
    mixed = {**index("abc", "p"), "KeySchema": [*keys("p", "*", "c"), *keys("g")]}
    body = table(GlobalSecondaryIndexes=[mixed])
    assert "All HASH key attributes must precede RANGE key attributes" in refused(
        engine, "CreateTable", **body
    )


def test_d26_names_are_taken_once(engine: Engine, clock: Clock) -> None:
    engine.call("CreateTable", table())
    assert refused(engine, "CreateTable", **table()) == (
        "ResourceInUseException: Table already exists: table"
    )
    assert refused(engine, "DeleteTable", TableName="table") == (
        "ResourceInUseException: Attempt to change a resource which is still in use: "
        "Table is being created: table"
    )
    clock.now += 1
    engine.call("DeleteTable", {"TableName": "table"})
    engine.call("CreateTable", table())


def test_d208_a_deleted_table_is_gone(engine: Engine) -> None:
    engine.call("CreateTable", table(GlobalSecondaryIndexes=[index("abc", "c")]))
    engine.call("PutItem", {"TableName": "table", "Item": item(p="a", c="b")})
    engine.call("DescribeTable", {"TableName": "table"})
    deleted = engine.call("DeleteTable", {"TableName": "table"})["TableDescription"]
    assert deleted["TableStatus"] == "DELETING"
    assert not {"KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes"} & set(deleted)
    for operation in ("DescribeTable", "DeleteTable"):
        assert refused(engine, operation, TableName="table") == (
            "ResourceNotFoundException: Requested resource not found: Table: table not found"
        )
    engine.call("CreateTable", table())
    assert engine.call("Scan", {"TableName": "table"})["Items"] == []


def test_deletion_protection(engine: Engine) -> None:
    engine.call("CreateTable", table(DeletionProtectionEnabled=True))
    engine.call("DescribeTable", {"TableName": "table"})
    assert "protected against deletion" in refused(engine, "DeleteTable", TableName="table")
    engine.call("UpdateTable", {"TableName": "table", "DeletionProtectionEnabled": False})
    engine.call("DeleteTable", {"TableName": "table"})


def test_d210_tables_are_listed_in_pages(engine: Engine) -> None:
    for name in ("bbb", "aaa", "ccc"):
        engine.call("CreateTable", table(name))
    pages = [
        engine.call("ListTables", {"Limit": 2}),
        engine.call("ListTables", {"Limit": 2, "ExclusiveStartTableName": "bbb"}),
        engine.call("ListTables", {"ExclusiveStartTableName": "aab"}),
        engine.call("ListTables", {"Limit": 3}),
    ]
    assert pages == [
        {"TableNames": ["aaa", "bbb"], "LastEvaluatedTableName": "bbb"},
        {"TableNames": ["ccc"]},
        {"TableNames": ["bbb", "ccc"]},
        {"TableNames": ["aaa", "bbb", "ccc"]},
    ]


def test_a_tables_arn_is_its_name(engine: Engine) -> None:
    engine.call("CreateTable", table())
    engine.call("PutItem", {"TableName": ARN, "Item": item(p="a", c="b")})
    assert engine.call("Scan", {"TableName": "table"})["Count"] == 1


def test_what_only_the_description_shows(engine: Engine) -> None:
    engine.call("CreateTable", table(TableClass="STANDARD_INFREQUENT_ACCESS"))
    described = engine.call("DescribeTable", {"TableName": "table"})["Table"]
    assert described["TableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    for changes, member, expected in (
        ({"TableClass": "STANDARD"}, "TableClassSummary", "STANDARD"),
        ({"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}, "BillingModeSummary", 0),
    ):
        engine.call("UpdateTable", {"TableName": "table", **changes})
        described = engine.call("DescribeTable", {"TableName": "table"})["Table"]
        assert (expected or "PROVISIONED") in described[member].values()
    assert described["ProvisionedThroughput"]["WriteCapacityUnits"] == 2


def test_d209_what_was_not_asked_for_is_not_described(engine: Engine) -> None:
    engine.call("CreateTable", table(StreamSpecification={"StreamEnabled": False}))
    described = engine.call("DescribeTable", {"TableName": "table"})["Table"]
    assert "ProvisionedThroughput" in described
    absent = {"SSEDescription", "RestoreSummary", "StreamSpecification", "TableClassSummary"}
    assert not absent & set(described)
