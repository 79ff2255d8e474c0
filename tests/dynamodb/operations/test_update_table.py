"""What UpdateTable refuses before it looks for the table, and for its billing mode."""

from typing import Any

import pytest
from dynamodb.engines import index, refused, table
from visitplannr.dynamodb.engine import Engine

INVALID = "ValidationException: One or more parameter values were invalid: "
UNITS = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}
MANY = {"ReadCapacityUnits": 1_000_000_000_001, "WriteCapacityUnits": 1}
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
GONE = [{"Delete": {"IndexName": "abc"}}]
ONE_ACTION = (
    f"{INVALID}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate"
    " object"
)
ONE_UPDATE = (
    f"{INVALID}Only one global secondary index update per index is allowed simultaneously."
    " Index: abc"
)
ALONE = " must be the only operation in the request"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            {"SSESpecification": {"Enabled": True}, "BillingMode": "PAY_PER_REQUEST"},
            f"{INVALID}Server-Side Encryption modification{ALONE}",
        ),
        (
            {"TableClass": "STANDARD", "DeletionProtectionEnabled": True},
            f"{INVALID}TableClass modification{ALONE}",
        ),
        (
            {"DeletionProtectionEnabled": True, "ProvisionedThroughput": UNITS},
            f"{INVALID}DeletionProtection modification{ALONE}",
        ),
        (
            {"ReplicaUpdates": [{"Delete": {"RegionName": "a"}}], "StreamSpecification": STREAM},
            f"{INVALID}Replica modification{ALONE}",
        ),
        (
            {"StreamSpecification": STREAM, "ProvisionedThroughput": UNITS},
            f"{INVALID}You cannot modify stream status while updating table IOPS",
        ),
        (
            {"GlobalSecondaryIndexUpdates": GONE, "ProvisionedThroughput": UNITS},
            f"{INVALID}You cannot create or delete index while updating table IOPS",
        ),
        (
            {"GlobalSecondaryIndexUpdates": GONE, "StreamSpecification": STREAM},
            f"{INVALID}You cannot create or delete index while changing stream status",
        ),
        (
            {"GlobalSecondaryIndexUpdates": []},
            f"{INVALID}List of GlobalSecondaryIndexUpdates is empty",
        ),
        (
            {"GlobalSecondaryIndexUpdates": [{**GONE[0], "Update": {"IndexName": "abc"}}]},
            ONE_ACTION,
        ),
        (
            {"GlobalSecondaryIndexUpdates": [*GONE, *GONE]},
            ONE_UPDATE,
        ),
        (
            {"ProvisionedThroughput": MANY},
            "ValidationException: Given value 1000000000001 for ReadCapacityUnits is out of bounds",
        ),
    ],
    ids=[
        *("D255 encryption", "D255 class", "D255 protection", "D255 replicas"),
        *("D255 stream and units", "D255 index and units", "D255 index and stream"),
        *("D200 no updates", "D200 two actions", "D200 one index twice", "D204 bounds"),
    ],
)
def test_before_the_table(engine: Engine, body: dict[str, Any], text: str) -> None:
    assert refused(engine, "UpdateTable", TableName="nothing", **body) == text


@pytest.mark.parametrize(
    ("specification", "creation", "update"),
    [
        (
            {"StreamEnabled": True},
            "Table is being created with a stream enabled, UpdateViewType is required",
            "If stream is being enabled then UpdateViewType is required",
        ),
        (
            {"StreamEnabled": False, "StreamViewType": "NEW_IMAGE"},
            "Table is being created with a stream disabled, UpdateViewType should not be specified",
            "If stream is being disabled, then UpdateViewType must not be specified",
        ),
    ],
    ids=["enabled", "disabled"],
)
def test_d257_a_stream_has_a_view_if_it_is_enabled(
    engine: Engine, specification: dict[str, Any], creation: str, update: str
) -> None:
    body = table(StreamSpecification=specification)
    assert refused(engine, "CreateTable", **body) == INVALID + creation
    changed = {"TableName": "table", "StreamSpecification": specification}
    assert refused(engine, "UpdateTable", **changed) == INVALID + update


def updated_units(units: dict[str, int]) -> dict[str, Any]:
    return {"Update": {"IndexName": "abc", "ProvisionedThroughput": units}}


def test_d256_indexes_have_units_if_the_table_has(engine: Engine) -> None:
    body = table(GlobalSecondaryIndexes=[index("abc", "g")])
    engine.call("CreateTable", body)
    engine.call("DescribeTable", {"TableName": "table"})
    updates = {"TableName": "table", "GlobalSecondaryIndexUpdates": [updated_units(UNITS)]}
    assert refused(engine, "UpdateTable", **updates) == (
        f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: abc"
        " when BillingMode is PAY_PER_REQUEST"
    )
    switch = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}
    assert refused(engine, "UpdateTable", TableName="table", **switch) == (
        f"{INVALID}ProvisionedThroughput must be specified for index: abc"
    )
    engine.call("UpdateTable", {**updates, **switch})
    text = refused(engine, "UpdateTable", **updates)
    assert text.startswith(
        "ValidationException: The provisioned throughput for the index abc will not change. The "
        "requested value equals the current value. Current ReadCapacityUnits provisioned for index "
        "abc: 1. Requested ReadCapacityUnits: 1."
    )


def test_d256_a_new_index_of_a_provisioned_table_has_units(engine: Engine) -> None:
    body = table(GlobalSecondaryIndexes=[index("abc", "g")], ProvisionedThroughput=UNITS)
    del body["BillingMode"]
    assert refused(engine, "CreateTable", **body) == (
        f"{INVALID}ProvisionedThroughput is not specified for index: abc"
    )


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        ([("a" * 129, "")], f"The Tag Key provided is invalid, Key: {'a' * 129}"),
        ([("a", "x" * 257)], f"The Tag Value provided is invalid, Value: {'x' * 257}"),
        ([("aws:a", "")], "Tag Key cannot be prefixed with aws:, Key: aws:a"),
        (
            [("a", "1"), ("a", "2")],
            "Duplicate Tag Keys provided as input: Duplicate Tag Key found a",
        ),
        (
            [(f"{number}", "") for number in range(51)],
            "Number of Tags exceed the current limit for the provided ResourceArn",
        ),
    ],
    ids=["key", "value", "prefix", "twice", "many"],
)
def test_d258_bad_tags(engine: Engine, tags: list[tuple[str, str]], text: str) -> None:
    engine.call("CreateTable", table())
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/table"
    given = [{"Key": key, "Value": value} for key, value in tags]
    found = refused(engine, "TagResource", ResourceArn=arn, Tags=given)
    assert found == f"ValidationException: {text}"
