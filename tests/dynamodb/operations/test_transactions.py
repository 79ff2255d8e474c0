"""TransactWriteItems, TransactGetItems, batches."""

from typing import Any

import pytest
from dynamodb.engines import Clock, index, item, refused, table
from visitplannr.dynamodb.engine import Engine
from visitplannr.dynamodb.errors import DynamoDBError

NONE = {"Code": "None"}
FAILED = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
IF_NEW = {"ConditionExpression": "attribute_not_exists(p)"}
IF_THERE = {"ConditionExpression": "attribute_exists(p)"}


@pytest.fixture(autouse=True)
def tables(engine: Engine) -> None:
    engine.call("CreateTable", table("one", "p"))
    engine.call("CreateTable", table("two", LocalSecondaryIndexes=[index("abc", "p", "*", "h")]))
    engine.call("CreateTable", table("numbers", "n"))


def put(name: str = "one", **attributes: Any) -> dict[str, Any]:
    return {"Put": {"TableName": name, "Item": item(**attributes)}}


def write(engine: Engine, *actions: dict[str, Any], **members: Any) -> dict[str, Any]:
    return engine.call("TransactWriteItems", {"TransactItems": list(actions), **members})


def reasons(engine: Engine, *actions: dict[str, Any]) -> Any:
    with pytest.raises(DynamoDBError) as raised:
        write(engine, *actions)
    assert raised.value.code == "TransactionCanceledException"
    codes = [reason["Code"] for reason in raised.value.members["CancellationReasons"]]
    assert raised.value.message == (
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        f"[{', '.join(codes)}]"
    )
    return raised.value.members["CancellationReasons"]


def names(engine: Engine, name: str = "one") -> list[str]:
    found = engine.call("Scan", {"TableName": name})["Items"]
    return sorted(each["p"]["S"] for each in found)


def with_(action: dict[str, Any], **members: Any) -> dict[str, Any]:
    ((kind, body),) = action.items()
    return {kind: {**body, **members}}


def test_d184_all_kinds_in_several_tables(engine: Engine) -> None:
    write(engine, put(p="a", x=1), put(p="b"), put("two", p="a", c="a"))
    update = {
        "TableName": "one",
        "Key": item(p="a"),
        "UpdateExpression": "ADD x :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    check = {"TableName": "two", "Key": item(p="a", c="a"), **IF_THERE}
    delete = {"Delete": {"TableName": "one", "Key": item(p="b")}}
    assert write(engine, {"Update": update}, {"ConditionCheck": check}, delete) == {}
    assert engine.call("Scan", {"TableName": "one"})["Items"] == [item(p="a", x=2)]


def test_d185_all_failed_conditions_are_reasons_and_nothing_is_written(engine: Engine) -> None:
    write(engine, put(p="a"), put(p="b"))
    actions = (with_(put(p="a"), **IF_NEW), put(p="c"), with_(put(p="b"), **IF_NEW))
    assert reasons(engine, *actions) == [FAILED, NONE, FAILED]
    assert names(engine) == ["a", "b"]


def test_d186_a_reason_shows_the_item_if_asked(engine: Engine) -> None:
    write(engine, put(p="a", x=1))
    action = with_(put(p="a"), **IF_NEW, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert reasons(engine, action) == [{**FAILED, "Item": item(p="a", x=1)}]


def test_d187_the_first_bad_item_is_the_only_reason(engine: Engine) -> None:
    bad = {"Put": {"TableName": "one", "Item": {"p": {"N": "1"}}}}
    found = reasons(engine, with_(put(p="a"), **IF_THERE), bad, bad)
    assert [reason["Code"] for reason in found] == ["None", "ValidationError", "None"]
    assert "Type mismatch for key p" in found[1]["Message"]


@pytest.mark.parametrize(
    ("actions", "text"),
    [
        pytest.param([], "transactItems", id="D182 none"),
        pytest.param([put(p=f"{n}") for n in range(101)], "100", id="D182 too many"),
        pytest.param([put(p="a"), put(p="a")], "multiple operations on one item", id="D183"),
        pytest.param(
            [put(p="a"), {"ConditionCheck": {"TableName": "one", "Key": item(p="a"), **IF_NEW}}],
            "multiple operations on one item",
            id="D183 check",
        ),
        pytest.param(
            [
                {"Put": {"TableName": "numbers", "Item": {"n": {"N": "1000"}}}},
                {"Put": {"TableName": "numbers", "Item": {"n": {"N": "1e3"}}}},
            ],
            "multiple operations on one item",
            id="D183 numbers",
        ),
        pytest.param([with_(put(p="a"), ConditionExpression="#x = p")], "#x", id="D188"),
        pytest.param(
            [put(p=f"{n}", x="x" * 399_000) for n in range(11)], "size cannot exceed", id="D189"
        ),
    ],
)
def test_what_is_no_transaction(engine: Engine, actions: Any, text: str) -> None:
    refusal = refused(engine, "TransactWriteItems", TransactItems=actions)
    assert refusal.startswith("ValidationException")
    assert text in refusal
    assert names(engine) == []


def test_d190_a_token_makes_a_request_idempotent_for_ten_minutes(
    engine: Engine, clock: Clock
) -> None:
    update = {
        "Update": {
            "TableName": "one",
            "Key": item(p="a"),
            "UpdateExpression": "ADD x :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    for later in (0, 60, 599, 601):
        clock.now += later
        write(engine, update, ClientRequestToken="token")
        clock.now -= later
    assert engine.call("Scan", {"TableName": "one"})["Items"] == [item(p="a", x=2)]
    other = {"TransactItems": [put(p="b")], "ClientRequestToken": "token"}
    clock.now += 700
    assert refused(engine, "TransactWriteItems", **other).startswith(
        "IdempotentParameterMismatchException"
    )


def test_d191_reads_in_order(engine: Engine) -> None:
    write(engine, put(p="a", x=1, y=2))
    gets = [
        {"Get": {"TableName": "one", "Key": item(p="a"), "ProjectionExpression": "x"}},
        {"Get": {"TableName": "one", "Key": item(p="z")}},
        {"Get": {"TableName": "one", "Key": item(p="b")}},
    ]
    answer = engine.call("TransactGetItems", {"TransactItems": gets})
    assert answer == {"Responses": [{"Item": item(x=1)}, {}, {}]}


def batch(**requests: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "RequestItems": {
            name: [
                {"DeleteRequest": {"Key": each["delete"]}}
                if "delete" in each
                else {"PutRequest": {"Item": each}}
                for each in given
            ]
            for name, given in requests.items()
        }
    }


def test_d178_a_batch_puts_and_deletes(engine: Engine) -> None:
    engine.call("BatchWriteItem", batch(one=[item(p="a"), item(p="b")], two=[item(p="a", c="c")]))
    body = batch(one=[{"delete": item(p="a")}, item(p="b", x=1)])
    assert engine.call("BatchWriteItem", body) == {"UnprocessedItems": {}}
    assert engine.call("Scan", {"TableName": "one"})["Items"] == [item(p="b", x=1)]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(batch(one=[item(p="a"), item(p="a")]), "duplicates", id="D178 puts"),
        pytest.param(
            batch(one=[item(p="b"), {"delete": item(p="b")}]), "duplicates", id="D178 both"
        ),
        pytest.param(
            batch(numbers=[{"n": {"N": "1000"}}, {"n": {"N": "1e3"}}]),
            "duplicates",
            id="D178 numbers",
        ),
        pytest.param(batch(one=[item(p="b"), item(p=1)]), "Type mismatch", id="D178 a bad one"),
        pytest.param(
            batch(one=[item(p="b")], none=[item(p="a")]), "ResourceNotFoundException", id="D181"
        ),
    ],
)
def test_d178_d181_a_batch_is_checked_before_it_writes(
    engine: Engine, body: dict[str, Any], text: str
) -> None:
    assert text in refused(engine, "BatchWriteItem", **body)
    assert names(engine) == []


def test_d177_d179_a_batch_reads(engine: Engine) -> None:
    engine.call("BatchWriteItem", batch(one=[item(p="a", x=1)], numbers=[item(n=1000)]))
    asked = {
        "one": {"Keys": [item(p="a"), item(p="b")], "ProjectionExpression": "x"},
        "numbers": {"Keys": [{"n": {"N": "1000"}}, {"n": {"N": "1e3"}}]},
        "two": {"Keys": [item(p="z", c="z")]},
    }
    assert engine.call("BatchGetItem", {"RequestItems": asked}) == {
        "Responses": {"one": [item(x=1)], "numbers": [item(n=1000)], "two": []},
        "UnprocessedKeys": {},
    }


def test_d177_what_is_beyond_16_mb_is_unprocessed(engine: Engine) -> None:
    keys = [item(p=f"{number:02}") for number in range(45)]
    for start in range(0, 45, 15):
        puts = [{**key, **item(x="x" * 400_000)} for key in keys[start : start + 15]]
        engine.call("BatchWriteItem", batch(one=puts))
    asked = {"one": {"Keys": keys, "ConsistentRead": True}}
    answer = engine.call("BatchGetItem", {"RequestItems": asked})
    left = answer["UnprocessedKeys"]["one"]
    assert left["ConsistentRead"] is True
    assert len(answer["Responses"]["one"]) == 42
    assert left["Keys"] == keys[42:]


def test_item_collection_metrics_of_tables_with_local_indexes(engine: Engine) -> None:
    body = batch(one=[item(p="a")], two=[item(p="a", c="1"), item(p="a", c="2")])
    answer = engine.call("BatchWriteItem", body | {"ReturnItemCollectionMetrics": "SIZE"})
    metrics = {"ItemCollectionKey": item(p="a"), "SizeEstimateRangeGB": [0.0, 1.0]}
    assert answer["ItemCollectionMetrics"] == {"two": [metrics]}
    single = {"TableName": "two", "Item": item(p="a", c="1")}
    answer = engine.call("PutItem", single | {"ReturnItemCollectionMetrics": "SIZE"})
    assert answer["ItemCollectionMetrics"] == metrics
