"""What stands beside tables: policies, insights, Kinesis streams, replicas."""

from typing import Any

import pytest
from dynamodb.engines import START, Clock, index, item, refused, table
from visitplannr.dynamodb.engine import Engine

NAME = {"TableName": "table"}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/table"
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/changes"
POLICY = '{"Version": "2012-10-17", "Statement": []}'


@pytest.fixture
def one(engine: Engine) -> Engine:
    engine.call("CreateTable", table(GlobalSecondaryIndexes=[index("abc", "g")]))
    return engine


def test_d261_a_policy_is_kept_by_its_revision(one: Engine) -> None:
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
        (ARN, "[]", "This policy contains invalid Json"),
        (ARN, "{", "This policy contains invalid Json"),
        (ARN, '{"a": "' + "x" * 20480 + '"}', "Maximum policy size of 20480 bytes exceeded"),
        ("abc", POLICY, "ARNs must start with 'arn:': abc"),
        ("arn:aws:s3:::bucket", POLICY, "Provided Arn is not a DynamoDB resource arn: "),
        (ARN.replace("us-east-1", "eu-west-1"), POLICY, "Invalid resource Arn: "),
        (f"{ARN}/index/abc", POLICY, "only table or stream is accepted"),
        (f"{ARN}s", POLICY, "Table: tables not found"),
        (f"{ARN}/stream/x", POLICY, "Stream: "),
    ],
    ids=[
        "a list",
        "no JSON",
        "large",
        "no ARN",
        "of S3",
        "elsewhere",
        "an index",
        "no table",
        "no stream",
    ],
)
def test_d261_bad_policies(one: Engine, resource: str, policy: str, words: str) -> None:
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


def test_d259_a_kinesis_stream_is_a_destination_until_it_is_disabled(one: Engine) -> None:
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
    assert "must be ACTIVE" in text
    assert "Updates are only allowed in ACTIVE state" in refused(
        one, "UpdateKinesisStreamingDestination", **{**other, **change, "StreamArn": STREAM + "s"}
    )
    empty = refused(one, "UpdateKinesisStreamingDestination", **both)
    assert "cannot be null or contain only null values" in empty
    given = both | {"EnableKinesisStreamingConfiguration": precision}
    text = refused(one, "DisableKinesisStreamingDestination", **given)
    assert text.endswith("cannot be disabled using EnableKinesisStreamingConfiguration parameters")


def test_d259_an_active_destination_gets_what_is_committed(one: Engine, clock: Clock) -> None:
    sent: list[tuple[str, Any]] = []
    one.deliver = lambda arn, record: sent.append((arn, record))
    clock.now += 0.25
    put = NAME | {"Item": item(p="a", c="b")}
    one.call("PutItem", put)
    one.call("EnableKinesisStreamingDestination", NAME | {"StreamArn": STREAM})
    one.call("PutItem", put)  # changes nothing
    one.call("PutItem", NAME | {"Item": item(p="a", c="b", g="c")})
    one.call("DeleteItem", NAME | {"Key": item(p="a", c="b")})
    assert [(arn, record["eventName"]) for arn, record in sent] == [
        (STREAM, "MODIFY"),
        (STREAM, "REMOVE"),
    ]
    record = sent[0][1]
    assert len(record.pop("eventID")) == 36
    assert record == {
        "awsRegion": "us-east-1",
        "eventName": "MODIFY",
        "userIdentity": None,
        "recordFormat": "application/json",
        "tableName": "table",
        "dynamodb": {
            "ApproximateCreationDateTime": int(START * 1000) + 250,
            "Keys": item(p="a", c="b"),
            "NewImage": item(p="a", c="b", g="c"),
            "OldImage": item(p="a", c="b"),
            "SizeBytes": 14,
        },
        "eventSource": "aws:dynamodb",
    }
    one.call("DisableKinesisStreamingDestination", NAME | {"StreamArn": STREAM})
    one.call("PutItem", put)
    assert len(sent) == 2


def lose(engine: Engine, put: dict[str, Any]) -> None:
    """Put an item in a commit that does not come about."""
    with engine.together():
        engine.call("PutItem", put)
        raise KeyError


def test_what_is_undone_reaches_no_destination(one: Engine) -> None:
    sent: list[str] = []
    one.deliver = lambda arn, _: sent.append(arn)
    one.call("EnableKinesisStreamingDestination", NAME | {"StreamArn": STREAM})
    one.call("PutItem", NAME | {"Item": item(p="a", c="b")})
    taken = {"TableName": "table", "Item": item(p="a", c="b")}
    new = {"ConditionExpression": "attribute_not_exists(p)"}
    other = {"Put": {"TableName": "table", "Item": item(p="a", c="new")}}
    one.call("PutItem", NAME | {"Item": item(p="a", c="x")})
    text = refused(one, "TransactWriteItems", TransactItems=[other, {"Put": taken | new}])
    assert text.startswith("TransactionCanceledException")
    assert len(sent) == 2
    with pytest.raises(KeyError):
        lose(one, NAME | {"Item": item(p="a", c="lost")})
    one.call("PutItem", NAME | {"Item": item(p="a", c="y")})
    assert len(sent) == 3


def updated(engine: Engine, *updates: dict[str, Any]) -> dict[str, Any]:
    body = NAME | {"ReplicaUpdates": list(updates)}
    described: dict[str, Any] = engine.call("UpdateTable", body)["TableDescription"]
    return described


def test_d260_replicas_are_described(one: Engine) -> None:
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
        ({}, "There are no actions specified in the Replica Update Action"),
        (
            {"Create": {"RegionName": "a"}, "Delete": {"RegionName": "a"}},
            "more than one type of replica actions not allowed",
        ),
    ],
    ids=["itself", "delete nothing", "update nothing", "no change", "two changes"],
)
def test_d260_bad_changes_of_replicas(one: Engine, update: dict[str, Any], words: str) -> None:
    one.call("DescribeTable", NAME)
    assert words in refused(one, "UpdateTable", TableName="table", ReplicaUpdates=[update])


def test_d260_global_tables_of_the_first_version_are_no_more(one: Engine) -> None:
    name = {"GlobalTableName": "table"}
    change = {"ReplicaUpdates": [{"Create": {"RegionName": "us-east-1"}}]}
    group = {"ReplicationGroup": [{"RegionName": "us-east-1"}]}
    for operation, body in (("CreateGlobalTable", group), ("UpdateGlobalTable", change)):
        text = refused(one, operation, **name, **body)
        assert "DynamoDB global tables version 2017.11.29 is not supported." in text
    assert refused(one, "DescribeGlobalTable", **name) == (
        "GlobalTableNotFoundException: Global table not found: "
        "Global table with name: 'table' does not exist."
    )
    for operation in ("DescribeGlobalTableSettings", "UpdateGlobalTableSettings"):
        text = refused(one, operation, **name)
        assert text.startswith("GlobalTableNotFoundException")
    assert one.call("ListGlobalTables", {}) == {"GlobalTables": []}


def test_what_is_not_done_is_said(one: Engine) -> None:
    vector = {"SearchVector": [{"N": "1"}], "TopK": 1}
    text = refused(one, "SearchVectors", TableName="table", IndexName="abc", **vector)
    assert text == "ValidationException: Vector indexes are not supported here"
    text = refused(one, "UpdateTableReplicaAutoScaling", TableName="table")
    assert text.startswith("ValidationException: Tables do not scale by themselves here")
    made = table("other", VectorIndexes=[{"IndexName": "abc"}])
    assert "Vector indexes are not supported" in refused(one, "CreateTable", **made)
