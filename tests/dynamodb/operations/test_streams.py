"""Streams and what writes to them, expiry, tags."""

from typing import Any

import pytest
from dynamodb.engines import START, Clock, index, item, refused, table
from visitplannr.dynamodb.engine import Engine

BOTH = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
DAY = 24 * 3600
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/table"


def create(engine: Engine, view: str = "NEW_AND_OLD_IMAGES") -> str:
    specification = {"StreamEnabled": True, "StreamViewType": view}
    body = table(StreamSpecification=specification, GlobalSecondaryIndexes=[index("abc", "g")])
    arn = engine.call("CreateTable", body)["TableDescription"]["LatestStreamArn"]
    assert isinstance(arn, str)
    return arn


def put(engine: Engine, **attributes: Any) -> None:
    engine.call("PutItem", {"TableName": "table", "Item": item(p="a", **attributes)})


def shard(engine: Engine, arn: str) -> Any:
    return engine.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]["Shards"][0]


def iterator(engine: Engine, arn: str, kind: str = "TRIM_HORIZON", **members: Any) -> str:
    body = {"StreamArn": arn, "ShardId": shard(engine, arn)["ShardId"], "ShardIteratorType": kind}
    answer = engine.call("GetShardIterator", {**body, **members})
    text = answer["ShardIterator"]
    assert isinstance(text, str)
    return text


def records(engine: Engine, at: str, **members: Any) -> Any:
    return engine.call("GetRecords", {"ShardIterator": at, **members})


def test_d220_a_stream_is_described(engine: Engine) -> None:
    arn = create(engine)
    assert arn == f"{ARN}/stream/2027-01-15T08:00:00.000"
    described = engine.call("DescribeStream", {"StreamArn": arn})["StreamDescription"]
    (only,) = described.pop("Shards")
    assert described == {
        "StreamArn": arn,
        "StreamLabel": "2027-01-15T08:00:00.000",
        "StreamStatus": "ENABLED",
        "StreamViewType": "NEW_AND_OLD_IMAGES",
        "CreationRequestDateTime": START,
        "TableName": "table",
        "KeySchema": table()["KeySchema"],
    }
    assert 28 <= len(only["ShardId"]) <= 65
    assert only["SequenceNumberRange"]["StartingSequenceNumber"].isdecimal()
    assert "EndingSequenceNumber" not in only["SequenceNumberRange"]
    table_ = engine.call("DescribeTable", {"TableName": "table"})["Table"]
    assert (table_["LatestStreamArn"], table_["StreamSpecification"]) == (arn, BOTH)


def test_streams_of_one_moment_are_two(engine: Engine) -> None:
    first = create(engine)
    engine.call("DescribeTable", {"TableName": "table"})
    engine.call("DeleteTable", {"TableName": "table"})
    assert create(engine) != first


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", set()),
        ("NEW_IMAGE", {"NewImage"}),
        ("OLD_IMAGE", {"OldImage"}),
        ("NEW_AND_OLD_IMAGES", {"NewImage", "OldImage"}),
    ],
)
def test_d217_d223_d224_records(engine: Engine, view: str, images: set[str]) -> None:
    arn = create(engine, view)
    put(engine, c="1", x=1)
    put(engine, c="1", x=2)
    engine.call("DeleteItem", {"TableName": "table", "Key": item(p="a", c="1")})
    found = records(engine, iterator(engine, arn))["Records"]
    assert [record["eventName"] for record in found] == ["INSERT", "MODIFY", "REMOVE"]
    whole = [
        {"NewImage": item(p="a", c="1", x=1)},
        {"NewImage": item(p="a", c="1", x=2), "OldImage": item(p="a", c="1", x=1)},
        {"OldImage": item(p="a", c="1", x=2)},
    ]
    for record, expected in zip(found, whole, strict=True):
        change = record["dynamodb"]
        assert change["Keys"] == item(p="a", c="1")
        assert change["ApproximateCreationDateTime"] == START
        assert change["StreamViewType"] == view
        assert change["SizeBytes"] > 0
        assert {name: change[name] for name in change if "Image" in name} == {
            name: image for name, image in expected.items() if name in images
        }
        assert record["eventSource"] == "aws:dynamodb"
        assert (record["awsRegion"], record["eventVersion"]) == ("us-east-1", "1.1")
        assert "userIdentity" not in record
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in found]
    assert numbers == sorted(set(numbers))


def test_d225_no_record_for_no_change(engine: Engine) -> None:
    arn = create(engine)
    content = {"m": {"M": item(x=1, y=2)}, "s": {"SS": ["a", "b"]}}
    put(engine, c="1", **content)
    put(engine, c="1", m={"M": item(y=2, x=1)}, s={"SS": ["b", "a"]})
    key = {"TableName": "table", "Key": item(p="a", c="1")}
    values = {"ExpressionAttributeValues": {":x": {"N": "1.0"}}}
    engine.call("UpdateItem", key | values | {"UpdateExpression": "SET m.x = :x"})
    engine.call("UpdateItem", key | {"UpdateExpression": "REMOVE nothing"})
    missing = {"TableName": "table", "Key": item(p="a", c="2")}
    engine.call("UpdateItem", missing | {"UpdateExpression": "REMOVE x"})
    engine.call("DeleteItem", missing)
    assert len(records(engine, iterator(engine, arn))["Records"]) == 1


def test_d222_a_record_comes_once_in_a_chain(engine: Engine) -> None:
    arn = create(engine)
    for letter in "12345":
        put(engine, c=letter)
    at, seen = iterator(engine, arn), []
    for _ in range(4):
        page = records(engine, at, Limit=2)
        seen.append([record["dynamodb"]["Keys"]["c"]["S"] for record in page["Records"]])
        at = page["NextShardIterator"]
    assert seen == [["1", "2"], ["3", "4"], ["5"], []]
    put(engine, c="6")
    assert len(records(engine, at)["Records"]) == 1


def test_d226_records_are_in_the_order_of_the_writes(engine: Engine) -> None:
    arn = create(engine)
    for turn in range(3):
        puts = [{"PutRequest": {"Item": item(p="a", c=letter, x=turn)}} for letter in "ba"]
        engine.call("BatchWriteItem", {"RequestItems": {"table": puts}})
    found = records(engine, iterator(engine, arn))["Records"]
    images = [record["dynamodb"]["NewImage"] for record in found]
    assert images == [item(p="a", c=letter, x=turn) for turn in range(3) for letter in "ba"]


def test_d221_where_iterators_begin(engine: Engine) -> None:
    arn = create(engine)
    put(engine, c="1")
    latest = iterator(engine, arn, "LATEST")
    put(engine, c="2")
    numbers = [
        record["dynamodb"]["SequenceNumber"]
        for record in records(engine, iterator(engine, arn))["Records"]
    ]
    counts = [
        len(records(engine, at)["Records"])
        for at in (
            latest,
            iterator(engine, arn, "AT_SEQUENCE_NUMBER", SequenceNumber=numbers[0]),
            iterator(engine, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=numbers[0]),
            iterator(engine, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=numbers[1]),
        )
    ]
    assert counts == [1, 2, 1, 0]


def test_d221_d222_bad_iterators(engine: Engine, clock: Clock) -> None:
    arn = create(engine)
    body = {"StreamArn": arn, "ShardId": shard(engine, arn)["ShardId"]}
    bad: list[tuple[dict[str, Any], str]] = [
        ({"ShardIteratorType": "AT_SEQUENCE_NUMBER"}, "ValidationException"),
        ({"ShardIteratorType": "LATEST", "SequenceNumber": "1" * 21}, "ValidationException"),
        ({"ShardIteratorType": "LATEST", "ShardId": "shardId-" + "0" * 25}, "ResourceNotFound"),
        ({"ShardIteratorType": "LATEST", "StreamArn": "x" * 40}, "ValidationException"),
        ({"ShardIteratorType": "LATEST", "StreamArn": f"{arn}9"}, "ResourceNotFound"),
    ]
    for members, code in bad:
        assert refused(engine, "GetShardIterator", **{**body, **members}).startswith(code)
    assert refused(engine, "GetRecords", ShardIterator="x").startswith("ValidationException")
    at = iterator(engine, arn)
    clock.now += 15 * 60 + 1
    assert refused(engine, "GetRecords", ShardIterator=at).startswith("ExpiredIteratorException")


def test_d218_d222_a_disabled_stream_is_read_to_its_end_for_a_day(
    engine: Engine, clock: Clock
) -> None:
    arn = create(engine)
    put(engine, c="1")
    engine.call("DescribeTable", {"TableName": "table"})
    off = {"TableName": "table", "StreamSpecification": {"StreamEnabled": False}}
    on = {"TableName": "table", "StreamSpecification": BOTH}
    assert "already has an enabled stream" in refused(engine, "UpdateTable", **on)
    engine.call("UpdateTable", off)
    assert "no stream to disable" in refused(engine, "UpdateTable", **off)
    put(engine, c="2")
    page = records(engine, iterator(engine, arn))
    assert len(page["Records"]) == 1
    assert "NextShardIterator" not in page
    assert "EndingSequenceNumber" in shard(engine, arn)["SequenceNumberRange"]
    clock.now += 1
    engine.call("UpdateTable", on)
    put(engine, c="3")
    listed = engine.call("ListStreams", {"TableName": "table"})["Streams"]
    assert len(listed) == 2
    clock.now += DAY
    engine.keep_house()
    assert len(engine.call("ListStreams", {"TableName": "table"})["Streams"]) == 1
    assert refused(engine, "DescribeStream", StreamArn=arn).startswith("ResourceNotFound")


def test_records_are_kept_for_a_day_and_numbers_go_on(engine: Engine, clock: Clock) -> None:
    arn = create(engine)
    put(engine, c="1")
    put(engine, c="2")
    first, second = (
        record["dynamodb"]["SequenceNumber"]
        for record in records(engine, iterator(engine, arn))["Records"]
    )
    clock.now += DAY + 1
    engine.keep_house()
    assert records(engine, iterator(engine, arn))["Records"] == []
    put(engine, c="3")
    (third,) = records(engine, iterator(engine, arn))["Records"]
    assert int(third["dynamodb"]["SequenceNumber"]) == int(second) + 1
    body = {"StreamArn": arn, "ShardId": shard(engine, arn)["ShardId"]}
    body |= {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": first}
    assert refused(engine, "GetShardIterator", **body).startswith("TrimmedDataAccessException")


def test_d219_streams_are_listed_in_pages(engine: Engine) -> None:
    for name in ("aaa", "bbb"):
        engine.call("CreateTable", table(name, StreamSpecification=BOTH))
    engine.call("CreateTable", table("ccc"))
    page = engine.call("ListStreams", {"Limit": 1})
    assert [each["TableName"] for each in page["Streams"]] == ["aaa"]
    start = {"ExclusiveStartStreamArn": page["LastEvaluatedStreamArn"]}
    page = engine.call("ListStreams", start)
    assert [each["TableName"] for each in page["Streams"]] == ["bbb"]
    assert "LastEvaluatedStreamArn" not in page
    assert engine.call("ListStreams", {"TableName": "ccc"}) == {"Streams": []}


EXPIRY = {"AttributeName": "until", "Enabled": True}
NO_EXPIRY = {"AttributeName": "until", "Enabled": False}


def test_d226_d227_d230_expired_items_leave_with_their_index_entries_and_a_record(
    engine: Engine, clock: Clock
) -> None:
    arn = create(engine)
    gone = {"before": START + 10, "fraction": START + 10.5, "exponent": 1.8e9}
    stay = {"later": START + 100, "long ago": START - 6 * 366 * 86400}
    for name, until in (gone | stay).items():
        put(engine, c=name, g="g", until={"N": f"{until:e}" if name == "exponent" else str(until)})
    put(engine, c="text", g="g", until=str(START))
    assert engine.call("DescribeTimeToLive", {"TableName": "table"}) == {
        "TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}
    }
    body = {"TableName": "table", "TimeToLiveSpecification": EXPIRY}
    assert engine.call("UpdateTimeToLive", body) == {"TimeToLiveSpecification": EXPIRY}
    assert engine.call("DescribeTimeToLive", {"TableName": "table"}) == {
        "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"}
    }
    put(engine, c="moved", g="g", until=int(START) + 5)
    put(engine, c="moved", g="g", until=int(START) + 500)
    clock.now += 20
    at = iterator(engine, arn, "LATEST")
    engine.keep_house()
    for members in ({}, {"IndexName": "abc"}):
        left = engine.call("Scan", {"TableName": "table", **members})["Items"]
        assert {each["c"]["S"] for each in left} == {*stay, "text", "moved"}
    found = records(engine, at)["Records"]
    assert {record["dynamodb"]["Keys"]["c"]["S"] for record in found} == set(gone)
    assert {record["eventName"] for record in found} == {"REMOVE"}
    assert found[0]["userIdentity"] == {
        "Type": "Service",
        "PrincipalId": "dynamodb.amazonaws.com",
    }


def test_d228_expiry_cannot_be_switched_at_will(engine: Engine, clock: Clock) -> None:
    create(engine)
    on = {"TableName": "table", "TimeToLiveSpecification": EXPIRY}
    off = {"TableName": "table", "TimeToLiveSpecification": NO_EXPIRY}
    other = {"AttributeName": "other", "Enabled": True}
    assert "already disabled" in refused(engine, "UpdateTimeToLive", **off)
    engine.call("UpdateTimeToLive", on)
    assert "already enabled" in refused(engine, "UpdateTimeToLive", **on)
    text = refused(engine, "UpdateTimeToLive", TableName="table", TimeToLiveSpecification=other)
    assert "active on a different AttributeName" in text
    assert "multiple times within a fixed interval" in refused(engine, "UpdateTimeToLive", **off)
    clock.now += 3601
    engine.call("UpdateTimeToLive", off)


def test_d231_tags(engine: Engine) -> None:
    engine.call("CreateTable", table(Tags=[{"Key": "a", "Value": "1"}]))
    more = [{"Key": "a", "Value": "2"}, {"Key": "ключ", "Value": ""}]
    engine.call("TagResource", {"ResourceArn": ARN, "Tags": more})
    assert engine.call("ListTagsOfResource", {"ResourceArn": ARN}) == {"Tags": more}
    engine.call("UntagResource", {"ResourceArn": ARN, "TagKeys": ["a", "nothing"]})
    assert engine.call("ListTagsOfResource", {"ResourceArn": ARN}) == {"Tags": more[1:]}
    many = [{"Key": f"{n}", "Value": "x"} for n in range(50)]
    text = refused(engine, "TagResource", ResourceArn=ARN, Tags=many)
    assert text.startswith("ValidationException")


def test_d232_d233_what_cannot_be_tagged(engine: Engine) -> None:
    engine.call("CreateTable", table(GlobalSecondaryIndexes=[index("abc", "g")]))
    tags = [{"Key": "a", "Value": "b"}]
    assert refused(engine, "TagResource", ResourceArn=f"{ARN}s", Tags=tags) == (
        f"ResourceNotFoundException: Requested resource not found: ResourcArn: {ARN}s not found"
    )
    text = refused(engine, "TagResource", ResourceArn=f"{ARN}/index/abc", Tags=tags)
    assert text.startswith("ValidationException: Invalid TableArn")
    bad = [{"Key": "a" * 129, "Value": "b"}]
    assert "Exception" in refused(engine, "CreateTable", **table("other", Tags=bad))
    assert engine.call("ListTables", {}) == {"TableNames": ["table"]}
