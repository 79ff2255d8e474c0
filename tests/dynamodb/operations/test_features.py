"""What stands beside tables: policies, insights, Kinesis streams, replicas."""

from typing import Any

import pytest
from dynamodb.engines import START, index, refused, table
from visitplannr.dynamodb.engine import Engine

NAME = {"TableName": "table"}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/table"
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
POLICY = '{"Version": "2012-10-17", "Statement": []}'


@pytest.fixture
def one(engine: Engine) -> Engine:
    engine.call("CreateTable", table(GlobalSecondaryIndexes=[index("abc", "g")]))
    return engine


def test_a_policy_is_kept_by_its_revision(one: Engine) -> None:
    resource = {"ResourceArn": ARN}
    missing = (
        "PolicyNotFoundException: Resource-based policy not found for the provided ResourceArn: "
        f"{ARN}"
    )
    assert refused(one, "GetResourcePolicy", **resource) == missing
    first = one.call("PutResourcePolicy", resource | {"Policy": POLICY})
    assert one.call("GetResourcePolicy", resource) == {"Policy": POLICY, **first}
    stale = resource | {"ExpectedRevisionId": "1"}
    assert refused(one, "PutResourcePolicy", Policy=POLICY, **stale) == missing
    assert refused(one, "DeleteResourcePolicy", **stale) == missing
    expected = resource | {"ExpectedRevisionId": first["RevisionId"]}
    second = one.call("PutResourcePolicy", expected | {"Policy": POLICY})
    assert second != first
    assert one.call("DeleteResourcePolicy", resource) == second
    assert one.call("DeleteResourcePolicy", resource) == {}
    one.call("PutResourcePolicy", resource | {"Policy": POLICY, "ExpectedRevisionId": "NO_POLICY"})


def test_a_policy_goes_with_its_table(engine: Engine) -> None:
    engine.call("CreateTable", table(ResourcePolicy=POLICY))
    assert engine.call("GetResourcePolicy", {"ResourceArn": ARN})["Policy"] == POLICY
    engine.call("DescribeTable", NAME)
    engine.call("DeleteTable", NAME)
    engine.call("CreateTable", table())
    text = refused(engine, "GetResourcePolicy", ResourceArn=ARN)
    assert text.startswith("PolicyNotFoundException")


@pytest.mark.parametrize(
    ("resource", "policy", "words"),
    [
        (ARN, "[]", "it is not a JSON object"),
        (ARN, "{", "it is not a JSON object"),
        (ARN, '{"a": "' + "x" * 20480 + '"}', "more than 20480 bytes"),
        ("abc", POLICY, "Invalid ResourceArn: abc"),
        (f"{ARN}s", POLICY, "Table: tables not found"),
        (f"{ARN}/stream/x", POLICY, "Stream: "),
    ],
    ids=["a list", "no JSON", "large", "no ARN", "no table", "no stream"],
)
def test_bad_policies(one: Engine, resource: str, policy: str, words: str) -> None:
    assert words in refused(one, "PutResourcePolicy", ResourceArn=resource, Policy=policy)


def test_insights_are_described_by_table_and_index(one: Engine) -> None:
    of_index = NAME | {"IndexName": "abc"}
    off = {"ContributorInsightsStatus": "DISABLED"}
    assert one.call("DescribeContributorInsights", NAME) == NAME | off
    enable = {"ContributorInsightsAction": "ENABLE", "ContributorInsightsMode": "THROTTLED_KEYS"}
    assert one.call("UpdateContributorInsights", of_index | enable) == {
        **of_index,
        "ContributorInsightsStatus": "ENABLING",
        "ContributorInsightsMode": "THROTTLED_KEYS",
    }
    described = one.call("DescribeContributorInsights", of_index)
    assert described["ContributorInsightsStatus"] == "ENABLED"
    assert described["LastUpdateDateTime"] == START
    assert len(described["ContributorInsightsRuleList"]) == 2
    assert one.call("DescribeContributorInsights", NAME) == NAME | off
    summary = {
        "ContributorInsightsStatus": "ENABLED",
        "ContributorInsightsMode": "THROTTLED_KEYS",
    }
    assert one.call("ListContributorInsights", {}) == {
        "ContributorInsightsSummaries": [of_index | summary]
    }
    one.call("UpdateContributorInsights", NAME | {"ContributorInsightsAction": "ENABLE"})
    page = one.call("ListContributorInsights", NAME | {"MaxResults": 1})
    rest = one.call("ListContributorInsights", {"NextToken": page["NextToken"]})
    assert len(rest["ContributorInsightsSummaries"]) == 1
    one.call("UpdateContributorInsights", of_index | {"ContributorInsightsAction": "DISABLE"})
    assert one.call("DescribeContributorInsights", of_index) == of_index | off
    text = refused(one, "DescribeContributorInsights", TableName="table", IndexName="nothing")
    assert text == "ValidationException: The table does not have the specified index: nothing"


def test_a_kinesis_stream_is_a_destination_until_it_is_disabled(one: Engine) -> None:
    both = NAME | {"StreamArn": STREAM}
    assert one.call("EnableKinesisStreamingDestination", both) == {
        **both,
        "DestinationStatus": "ENABLING",
    }
    assert "must be DISABLED" in refused(one, "EnableKinesisStreamingDestination", **both)
    precision = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
    change = both | {"UpdateKinesisStreamingConfiguration": precision}
    assert one.call("UpdateKinesisStreamingDestination", change) == {
        **change,
        "DestinationStatus": "UPDATING",
    }
    assert "already set" in refused(one, "UpdateKinesisStreamingDestination", **change)
    assert one.call("DescribeKinesisStreamingDestination", NAME) == {
        **NAME,
        "KinesisDataStreamDestinations": [
            {"StreamArn": STREAM, "DestinationStatus": "ACTIVE", **precision}
        ],
    }
    one.call("DisableKinesisStreamingDestination", both)
    assert "must be ACTIVE" in refused(one, "DisableKinesisStreamingDestination", **both)
    other = both | {"StreamArn": f"{STREAM}s"}
    text = refused(one, "DisableKinesisStreamingDestination", **other)
    assert text.startswith("ResourceNotFoundException")


def updated(engine: Engine, *updates: dict[str, Any]) -> dict[str, Any]:
    body = NAME | {"ReplicaUpdates": list(updates)}
    described: dict[str, Any] = engine.call("UpdateTable", body)["TableDescription"]
    return described


def test_replicas_are_described(one: Engine) -> None:
    one.call("DescribeTable", NAME)
    create = {"Create": {"RegionName": "eu-west-1", "KMSMasterKeyId": "key"}}
    described = updated(one, create)
    (replica,) = described["Replicas"]
    assert replica == {
        "RegionName": "eu-west-1",
        "KMSMasterKeyId": "key",
        "ReplicaStatus": "CREATING",
    }
    table_class = {"TableClassOverride": "STANDARD_INFREQUENT_ACCESS"}
    updated(one, {"Update": {"RegionName": "eu-west-1", **table_class}})
    described = one.call("DescribeTable", NAME)["Table"]
    assert described["GlobalTableVersion"] == "2019.11.21"
    assert described["Replicas"] == [
        {
            "RegionName": "eu-west-1",
            "KMSMasterKeyId": "key",
            "ReplicaStatus": "ACTIVE",
            "ReplicaTableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
        }
    ]
    scaling = one.call("DescribeTableReplicaAutoScaling", NAME)["TableAutoScalingDescription"]
    assert [each["RegionName"] for each in scaling["Replicas"]] == ["us-east-1", "eu-west-1"]
    updated(one, {"Delete": {"RegionName": "eu-west-1"}})
    assert "Replicas" not in one.call("DescribeTable", NAME)["Table"]


@pytest.mark.parametrize(
    ("update", "words"),
    [
        ({"Create": {"RegionName": "us-east-1"}}, "already existed as tables"),
        ({"Delete": {"RegionName": "eu-west-1"}}, "were not part of the global table"),
        ({"Update": {"RegionName": "eu-west-1"}}, "were not part of the global table"),
        ({}, "must not be null"),
        ({"Create": {"RegionName": "a"}, "Delete": {"RegionName": "a"}}, "Only one of"),
    ],
    ids=["itself", "delete nothing", "update nothing", "no change", "two changes"],
)
def test_bad_changes_of_replicas(one: Engine, update: dict[str, Any], words: str) -> None:
    one.call("DescribeTable", NAME)
    assert words in refused(one, "UpdateTable", TableName="table", ReplicaUpdates=[update])


def test_global_tables_of_the_first_version(one: Engine) -> None:
    name = {"GlobalTableName": "table"}
    text = refused(one, "DescribeGlobalTable", **name)
    assert text == (
        "GlobalTableNotFoundException: Global table not found: "
        "Global table with name: 'table' does not exist."
    )
    group = [{"RegionName": "us-east-1"}]
    created = one.call("CreateGlobalTable", name | {"ReplicationGroup": group})
    described = {
        "ReplicationGroup": group,
        "GlobalTableArn": "arn:aws:dynamodb::000000000000:global-table/table",
        "CreationDateTime": START,
        "GlobalTableStatus": "CREATING",
        "GlobalTableName": "table",
    }
    assert created == {"GlobalTableDescription": described}
    text = refused(one, "CreateGlobalTable", **name, ReplicationGroup=group)
    assert text.startswith("GlobalTableAlreadyExistsException")
    more = [{"Create": {"RegionName": "eu-west-1"}}]
    one.call("UpdateGlobalTable", name | {"ReplicaUpdates": more})
    text = refused(one, "UpdateGlobalTable", **name, ReplicaUpdates=more)
    assert text.startswith("ReplicaAlreadyExistsException")
    gone = [{"Delete": {"RegionName": "us-west-2"}}]
    text = refused(one, "UpdateGlobalTable", **name, ReplicaUpdates=gone)
    assert text.startswith("ReplicaNotFoundException")
    settings = one.call("DescribeGlobalTableSettings", name)
    assert [each["RegionName"] for each in settings["ReplicaSettings"]] == [
        "us-east-1",
        "eu-west-1",
    ]
    listed = one.call("ListGlobalTables", {"RegionName": "eu-west-1"})
    assert [each["GlobalTableName"] for each in listed["GlobalTables"]] == ["table"]
    assert one.call("ListGlobalTables", {"RegionName": "us-west-2"}) == {"GlobalTables": []}


def test_what_is_not_done_is_said(one: Engine) -> None:
    vector = {"SearchVector": [{"N": "1"}], "TopK": 1}
    text = refused(one, "SearchVectors", TableName="table", IndexName="abc", **vector)
    assert text == "ValidationException: Vector indexes are not supported here"
    text = refused(one, "UpdateTableReplicaAutoScaling", TableName="table")
    assert text.startswith("ValidationException: Tables do not scale by themselves here")
    one.call("CreateGlobalTable", {"GlobalTableName": "table", "ReplicationGroup": []})
    text = refused(one, "UpdateGlobalTableSettings", GlobalTableName="table")
    assert text.endswith("use UpdateTable")
