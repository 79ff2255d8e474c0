"""CloudFormation's tables become what their templates say, and keep their items."""

from collections.abc import Mapping
from typing import Any

import pytest
from visitplannr.backend.server.ministack.table_changes import of_global_table
from visitplannr.backend.server.ministack.table_resources import TableResource
from visitplannr.dynamodb.engine import Engine

KEYS = [{"AttributeName": "Name", "KeyType": "HASH"}]
DEFINITIONS = [{"AttributeName": "Name", "AttributeType": "S"}]
INDEX = {
    "IndexName": "ByKind",
    "KeySchema": [{"AttributeName": "Kind", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
WITH_KIND = [*DEFINITIONS, {"AttributeName": "Kind", "AttributeType": "S"}]
PLAIN = {"KeySchema": KEYS, "AttributeDefinitions": DEFINITIONS, "BillingMode": "PAY_PER_REQUEST"}
AN_HOUR = 3_600
UNITS = {"ReadCapacityUnits": "5", "WriteCapacityUnits": "5"}


@pytest.fixture
def resource(tables: Engine) -> TableResource:
    return TableResource(lambda: tables, lambda stack, logical: f"{stack}-{logical}")


def described(tables: Engine, name: str = "shop-T") -> Mapping[str, Any]:
    table: Mapping[str, Any] = tables.call("DescribeTable", {"TableName": name})["Table"]
    return table


@pytest.mark.parametrize(
    ("properties", "path", "value"),
    [
        ({}, "TableStatus", "ACTIVE"),
        ({}, "BillingModeSummary.BillingMode", "PAY_PER_REQUEST"),
        ({"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS},
         "ProvisionedThroughput.ReadCapacityUnits", 5),
        ({"DeletionProtectionEnabled": "true"}, "DeletionProtectionEnabled", True),
        ({"TableClass": "STANDARD_INFREQUENT_ACCESS"}, "TableClassSummary.TableClass",
         "STANDARD_INFREQUENT_ACCESS"),
        ({"SSESpecification": {"SSEEnabled": "true"}}, "SSEDescription.Status", "ENABLED"),
        ({"StreamSpecification": {"StreamViewType": "KEYS_ONLY"}},
         "StreamSpecification.StreamViewType", "KEYS_ONLY"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", ["creation", "update"])
def test_a_table_has_what_its_template_says(
    tables: Engine,
    resource: TableResource,
    properties: Mapping[str, Any],
    path: str,
    value: object,
    at: str,
) -> None:
    wanted = {**PLAIN, **properties}
    if at == "update":
        resource.create("T", PLAIN, "shop")
        resource.update("shop-T", PLAIN, wanted, "shop", "T")
    else:
        resource.create("T", wanted, "shop")
    found: Any = described(tables)
    for member in path.split("."):
        found = found[member]
    assert found == value


def test_what_a_stack_knows_of_a_table(resource: TableResource) -> None:
    streaming = {**PLAIN, "StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}
    name, attributes = resource.create("T", streaming, "shop")
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/shop-T"
    assert (name, attributes["Arn"]) == ("shop-T", arn)
    assert attributes["StreamArn"].startswith(f"{arn}/stream/")
    assert resource.adopt({"TableName": "shop-T"}) == (name, attributes)


def test_indexes_come_and_go_and_items_stay(tables: Engine, resource: TableResource) -> None:
    resource.create("T", PLAIN, "shop")
    item = {"Name": {"S": "a"}, "Kind": {"S": "park"}}
    tables.call("PutItem", {"TableName": "shop-T", "Item": item})
    indexed = {**PLAIN, "AttributeDefinitions": WITH_KIND, "GlobalSecondaryIndexes": [INDEX]}
    smaller = {**INDEX, "Projection": {"ProjectionType": "KEYS_ONLY"}}
    changed = {**indexed, "GlobalSecondaryIndexes": [smaller]}
    for old, new, projection in (
        (PLAIN, indexed, ["ALL"]),
        (indexed, changed, ["KEYS_ONLY"]),
        (changed, PLAIN, []),
    ):
        resource.update("shop-T", old, new, "shop", "T")
        indexes = described(tables).get("GlobalSecondaryIndexes", [])
        assert [index["Projection"]["ProjectionType"] for index in indexes] == projection
    assert tables.call("Scan", {"TableName": "shop-T"})["Items"] == [item]


def test_expiry_tags_and_recovery_follow(tables: Engine, resource: TableResource) -> None:
    with_all = {
        **PLAIN,
        "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": "true"},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": "true"},
        "Tags": [{"Key": "a", "Value": 1}, {"Key": "aws:cloudformation:stack-name", "Value": "s"}],
    }
    _, attributes = resource.create("T", with_all, "shop")
    named = {"TableName": "shop-T"}
    expiry = tables.call("DescribeTimeToLive", named)["TimeToLiveDescription"]
    assert (expiry["AttributeName"], expiry["TimeToLiveStatus"]) == ("until", "ENABLED")
    backups = tables.call("DescribeContinuousBackups", named)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    tags = {"ResourceArn": attributes["Arn"]}
    assert tables.call("ListTagsOfResource", tags)["Tags"] == [{"Key": "a", "Value": "1"}]
    now = tables.clock()
    tables.clock = lambda: now + 2 * AN_HOUR
    resource.update("shop-T", with_all, PLAIN, "shop", "T")
    assert tables.call("ListTagsOfResource", tags)["Tags"] == []
    expiry = tables.call("DescribeTimeToLive", named)["TimeToLiveDescription"]
    assert expiry["TimeToLiveStatus"] == "DISABLED"


def test_a_table_that_outlived_its_stack_is_taken_over(
    tables: Engine, resource: TableResource
) -> None:
    made = resource.create("T", PLAIN, "shop")
    tables.call("PutItem", {"TableName": "shop-T", "Item": {"Name": {"S": "a"}}})
    assert resource.create("T", PLAIN, "shop") == made
    assert tables.call("Scan", {"TableName": "shop-T"})["Count"] == 1
    numbers = [{"AttributeName": "Name", "AttributeType": "N"}]
    with pytest.raises(ValueError, match="shop-T already exists, with other keys"):
        resource.create("T", {**PLAIN, "AttributeDefinitions": numbers}, "shop")


def test_other_keys_replace_a_table_unless_it_has_a_name_of_its_own(
    tables: Engine, resource: TableResource
) -> None:
    other = {
        **PLAIN,
        "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}],
    }
    resource.create("T", PLAIN, "shop")
    resource.update("shop-T", PLAIN, other, "shop", "T")
    assert described(tables)["KeySchema"][0]["AttributeName"] == "Id"
    resource.create("U", {**PLAIN, "TableName": "mine"}, "shop")
    with pytest.raises(ValueError, match="Rename mine and update the stack again"):
        resource.update("mine", PLAIN, {**other, "TableName": "mine"}, "shop", "U")


def test_another_name_makes_another_table(tables: Engine, resource: TableResource) -> None:
    resource.create("T", PLAIN, "shop")
    assert resource.update("shop-T", PLAIN, {**PLAIN, "TableName": "new"}, "shop", "T")[0] == "new"
    assert tables.call("ListTables", {})["TableNames"] == ["new"]


def test_a_table_that_is_gone_is_deleted(resource: TableResource) -> None:
    resource.delete("shop-T", {})


def test_what_dynamodb_refuses_is_the_reason(resource: TableResource) -> None:
    unused = {**PLAIN, "AttributeDefinitions": WITH_KIND}
    with pytest.raises(ValueError, match=r"AttributeDefinitions.*\(Service: DynamoDb, Status Code"):
        resource.create("T", unused, "shop")


def test_a_global_table_is_its_replica_here() -> None:
    settings = {"WriteCapacityAutoScalingSettings": {"MinCapacity": "3", "MaxCapacity": "9"}}
    replica = {
        "Region": "eu-west-1",
        "DeletionProtectionEnabled": True,
        "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 7},
    }
    properties = {
        **PLAIN,
        "WriteProvisionedThroughputSettings": settings,
        "Replicas": [{"Region": "us-east-1"}, replica],
        "GlobalSecondaryIndexes": [{**INDEX, "WriteProvisionedThroughputSettings": settings}],
    }
    table = of_global_table(properties, "eu-west-1")
    assert table["ProvisionedThroughput"] == {"ReadCapacityUnits": 7, "WriteCapacityUnits": "3"}
    assert table["DeletionProtectionEnabled"] is True
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["ProvisionedThroughput"] == {"ReadCapacityUnits": 5, "WriteCapacityUnits": "3"}
