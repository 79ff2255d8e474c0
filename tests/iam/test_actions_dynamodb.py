"""DynamoDB's calls: actions, tables, indexes, keys and attributes (iam.md I25 to I29)."""

from typing import Any

import pytest
from visitplannr.iam.actions import checks
from visitplannr.iam.actions.call import Call, Check, NothingKnown

TABLE = "arn:aws:dynamodb:eu-west-1:000000000000:table/"
KEY = {"id": {"S": "ada"}, "day": {"S": "1"}}


class Keys(NothingKnown):
    """Tables have the partition key `id`, indexes `day`."""

    def partition_key(self, table: str, index: str | None) -> str | None:
        return "day" if index else "id"


def found(operation: str, **given: Any) -> list[Check] | None:
    call = Call("dynamodb", operation, given, "000000000000", "eu-west-1")
    result = checks(call, Keys())
    return None if result is None else list(result)


def single(operation: str, **given: Any) -> Check:
    result = found(operation, **given)
    assert result is not None
    (check,) = result
    return check


def named(operation: str, **given: Any) -> list[str]:
    return [
        f"{check.action.partition(':')[2]} {check.resource.removeprefix(TABLE)}"
        for check in found(operation, **given) or ()
    ]


PUT = {"TableName": "a", "Item": KEY}
ROWS: list[Any] = [
    ("GetItem", {"TableName": "a", "Key": KEY}, ["GetItem a"]),
    ("GetItem", {"TableName": f"{TABLE}a", "Key": KEY}, ["GetItem a"]),
    ("PutItem", PUT, ["PutItem a"]),
    ("Query", {"TableName": "a"}, ["Query a"]),
    ("Query", {"TableName": "a", "IndexName": "i"}, ["Query a/index/i"]),
    ("Scan", {"TableName": f"{TABLE}a", "IndexName": "i"}, ["Scan a/index/i"]),
    ("BatchGetItem", {"RequestItems": {"a": {"Keys": [KEY]}, "b": {"Keys": []}}},
     ["BatchGetItem a", "BatchGetItem b"]),
    ("BatchWriteItem", {"RequestItems": {"a": [{"PutRequest": {"Item": KEY}}], "b": []}},
     ["BatchWriteItem a", "BatchWriteItem b"]),
    ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": "a", "Key": KEY}}]},
     ["GetItem a"]),
    ("TransactWriteItems", {"TransactItems": [
        {"Put": PUT}, {"Update": {"TableName": "b", "Key": KEY}},
        {"Delete": {"TableName": "c", "Key": KEY}},
        {"ConditionCheck": {"TableName": "d", "Key": KEY}}]},
     ["PutItem a", "UpdateItem b", "DeleteItem c", "ConditionCheckItem d"]),
    ("DescribeTable", {"TableName": "a"}, ["DescribeTable a"]),
    ("ListTables", {}, ["ListTables *"]),
    ("ExecuteStatement", {"Statement": 'SELECT * FROM "a"."i" WHERE x=1'},
     ["PartiQLSelect a/index/i"]),
    ("ExecuteStatement", {"Statement": "select id from a"}, ["PartiQLSelect a"]),
    ("ExecuteStatement", {"Statement": "INSERT INTO \"a\" VALUE {'id':'1'}"}, ["PartiQLInsert a"]),
    ("ExecuteStatement", {"Statement": 'update "a" set x=1 where id=1'}, ["PartiQLUpdate a"]),
    ("ExecuteStatement", {"Statement": "DELETE FROM a WHERE id=1"}, ["PartiQLDelete a"]),
    ("BatchExecuteStatement", {"Statements": [{"Statement": "SELECT * FROM a"},
                                              {"Statement": "DELETE FROM b WHERE id=1"}]},
     ["PartiQLSelect a", "PartiQLDelete b"]),
    ("ExecuteTransaction", {"TransactStatements": [
        {"Statement": "EXISTS(SELECT * FROM a WHERE id=1)"}]}, ["PartiQLSelect a"]),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "given", "expected"), ROWS)
def test_i25_to_i29_actions_and_resources(
    operation: str, given: dict[str, Any], expected: list[str]
) -> None:
    assert named(operation, **given) == expected


NOT_SAID: list[Any] = [
    ("GetItem", {"Key": KEY}),
    ("BatchGetItem", {"RequestItems": {}}),
    ("TransactWriteItems", {"TransactItems": [{"Put": PUT}, {"Other": {}}]}),
    ("ExecuteStatement", {"Statement": "GRANT ALL"}),
    ("BatchExecuteStatement", {"Statements": [{"Statement": "SELECT * FROM a"}, {}]}),
    ("RestoreTableFromBackup", {"TargetTableName": "a"}),
]


@pytest.mark.parametrize(("operation", "given"), NOT_SAID)
def test_i23_what_cannot_be_said_is_not_guessed(operation: str, given: dict[str, Any]) -> None:
    assert found(operation, **given) is None


NAMES = {"#i": "id", "#d": "day", "#n": "note"}
VALUES = {":i": {"S": "ada"}, ":n": {"N": "7"}}
LEADING: list[Any] = [
    pytest.param("GetItem", {"TableName": "a", "Key": KEY}, ["ada"], id="a key"),
    pytest.param("PutItem", {"TableName": "a", "Item": {**KEY, "id": {"N": "7"}}}, ["7"],
                 id="an item's number"),
    pytest.param("Query", {"TableName": "a", "KeyConditionExpression": "#d > :n AND #i = :i",
                           "ExpressionAttributeNames": NAMES, "ExpressionAttributeValues": VALUES},
                 ["ada"], id="a query"),
    pytest.param("Query", {"TableName": "a", "IndexName": "i",
                           "KeyConditionExpression": "day = :n",
                           "ExpressionAttributeValues": VALUES}, ["7"], id="a query on an index"),
    pytest.param("Query", {"TableName": "a", "KeyConditions": {
        "id": {"AttributeValueList": [{"S": "eve"}], "ComparisonOperator": "EQ"}}}, ["eve"],
                 id="the older way to ask"),
    pytest.param("BatchWriteItem", {"RequestItems": {"a": [
        {"PutRequest": {"Item": KEY}}, {"DeleteRequest": {"Key": {"id": {"S": "eve"}}}}]}},
                 ["ada", "eve"], id="a batch"),
    pytest.param("BatchGetItem", {"RequestItems": {"a": {"Keys": [KEY, KEY]}}}, ["ada"],
                 id="a batch with one"),
    pytest.param("Scan", {"TableName": "a"}, [], id="a scan has none"),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "given", "expected"), LEADING)
def test_i28_leading_keys(operation: str, given: dict[str, Any], expected: list[str]) -> None:
    check = single(operation, **given)
    assert check.context["dynamodb:LeadingKeys"] == expected


ATTRIBUTES: list[Any] = [
    pytest.param({"Key": KEY}, "day id", id="a key"),
    pytest.param({"ProjectionExpression": "note, #d, place.city, tags[0]",
                  "ExpressionAttributeNames": NAMES}, "day note place tags", id="a projection"),
    pytest.param({"AttributesToGet": ["note"]}, "note", id="the older way"),
    pytest.param({"UpdateExpression": "SET a = if_not_exists(b, :n), c.d = list_append(c.d, :i) "
                                      "REMOVE #n ADD e :n DELETE f :i",
                  "ExpressionAttributeNames": NAMES}, "a b c e f note", id="an update"),
    pytest.param({"ConditionExpression": "attribute_not_exists(a) and not contains(b, :i) or "
                                         "size(c) between :n and :n"}, "a b c", id="a condition"),
    pytest.param({"FilterExpression": "begins_with(a, :i) AND b IN (:i)"}, "a b", id="a filter"),
    pytest.param({"Expected": {"a": {}}, "AttributeUpdates": {"b": {}}}, "a b", id="older writes"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), ATTRIBUTES)
def test_i28_attributes(given: dict[str, Any], expected: str) -> None:
    check = single("UpdateItem", TableName="a", **given)
    assert check.context["dynamodb:Attributes"] == expected.split()


def test_i28_what_is_returned() -> None:
    check = single("Query", TableName="a", Select="COUNT", ReturnConsumedCapacity="TOTAL")
    assert check.context["dynamodb:Select"] == "COUNT"
    assert check.context["dynamodb:ReturnConsumedCapacity"] == "TOTAL"
    check = single("PutItem", **PUT, ReturnValues="ALL_OLD")
    assert check.context["dynamodb:ReturnValues"] == "ALL_OLD"


def test_i27_a_part_of_a_transaction_knows_it() -> None:
    check = single("TransactWriteItems", TransactItems=[{"Put": PUT}])
    assert check.context["dynamodb:EnclosingOperation"] == "TransactWriteItems"
    assert check.context["dynamodb:LeadingKeys"] == ["ada"]


def test_streams_are_named_by_their_shards() -> None:
    arn = f"{TABLE}a/stream/2026-11-25"
    call = Call(
        "dynamodbstreams", "GetRecords", {"ShardIterator": f"{arn}|1|x"}, "0" * 12, "eu-west-1"
    )
    assert checks(call, Keys()) == [Check("dynamodb:GetRecords", arn)]
