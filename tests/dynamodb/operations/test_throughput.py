"""Provisioned capacity: what fits, what is refused and how (dynamodb.md D251 to D254)."""

from typing import Any

import pytest
from dynamodb.engines import Clock, index, item, keys, new_engine, refused, table
from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.throughput import BURST_SECONDS, Direction, Resource, Throughput

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/"
OF_TABLE = (
    "The level of configured provisioned throughput for the table was exceeded. Consider "
    "increasing your provisioning level with the UpdateTable API."
)
Units = dict[str, int]


def capacity(read: int, write: int) -> Units:
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


class Stand:
    """An engine with a table of 1 RCU and 1 WCU, its buckets, and what they were asked for."""

    def __init__(self, *, enforces: bool = True, of_index: Units | None = None) -> None:
        self.clock = Clock()
        self.engine = new_engine(self.clock)
        self.asked: list[tuple[str, str, float, bool]] = []
        self.engine.meter = Throughput(
            self.clock, self.engine.place.table_arn, self.watch, enforces=enforces
        )
        provisioned: dict[str, Any] = {
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": capacity(1, 1),
        }
        wide = index("wide", "g") | {"ProvisionedThroughput": of_index or capacity(1000, 1000)}
        local = index("local", "p", "*", "h")
        body = table("tab", GlobalSecondaryIndexes=[wide], LocalSecondaryIndexes=[local])
        self.engine.call("CreateTable", body | provisioned)
        self.engine.call("CreateTable", table("on-demand"))
        self.clock.now += 10  # until they are ACTIVE

    def watch(self, resource: Resource, rate: float, units: float, *, throttled: bool) -> None:
        del rate
        self.asked.append((resource.name, resource.direction, units, throttled))

    def put(self, kilobytes: int = 1, name: str = "tab", **more: Any) -> None:
        filling = {"S": "x" * (1024 * kilobytes - 20)}
        self.engine.call(
            "PutItem", {"TableName": name, "Item": item(p="p", c="c", x=filling) | more}
        )

    def drain(self, direction: Direction = "write", index: str | None = None) -> None:
        """Use all that is there of the table's capacity, or of an index's."""
        drained = self.engine.database.tables["tab"]
        of = drained.index(index) if index else None
        amounts = [(of, float(BURST_SECONDS))]
        assert self.engine.meter
        assert self.engine.meter.admit(drained, direction, amounts)

    def refusal(self, operation: str, **body: Any) -> DynamoDBError:
        with pytest.raises(DynamoDBError) as refusal:
            self.engine.call(operation, body)
        return refusal.value


def test_d251_five_minutes_of_unused_capacity_are_there_at_once() -> None:
    stand = Stand()
    for _ in range(BURST_SECONDS):
        stand.put()
    body = {"TableName": "tab", "Item": item(p="p", c="c")}
    refusal = stand.refusal("PutItem", **body)
    assert refusal.body == {
        "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "message": OF_TABLE,
        "ThrottlingReasons": [
            {"reason": "TableWriteProvisionedThroughputExceeded", "resource": f"{ARN}tab"}
        ],
    }
    stand.clock.now += 1
    stand.put()
    assert refused(stand.engine, "PutItem", **body).startswith("ProvisionedThroughputExceeded")
    stand.clock.now += 10 * BURST_SECONDS
    for _ in range(BURST_SECONDS):
        stand.put()
    assert refused(stand.engine, "PutItem", **body).startswith("ProvisionedThroughputExceeded")


def test_d251_reads_have_their_own_capacity_and_half_a_unit_is_one_of_two() -> None:
    stand = Stand()
    stand.drain()
    stand.drain("read")
    key = item(p="p", c="c")
    refusal = stand.refusal("GetItem", TableName="tab", Key=key)
    assert refusal.members["ThrottlingReasons"] == [
        {"reason": "TableReadProvisionedThroughputExceeded", "resource": f"{ARN}tab"}
    ]
    stand.clock.now += 0.5
    stand.engine.call("GetItem", {"TableName": "tab", "Key": key})
    assert refused(stand.engine, "GetItem", TableName="tab", Key=key)


def test_a_table_that_is_paid_by_request_is_never_asked() -> None:
    stand = Stand()
    stand.drain()
    stand.asked.clear()
    stand.put(399, "on-demand")
    assert stand.asked == []


def test_d252_an_index_without_room_refuses_the_write_and_the_table_gives_nothing() -> None:
    stand = Stand(of_index=capacity(1, 1))
    stand.drain(index="wide")
    refusal = stand.refusal("PutItem", TableName="tab", Item=item(p="p", c="c", g="g"))
    assert refusal.members["ThrottlingReasons"] == [
        {"reason": "IndexWriteProvisionedThroughputExceeded", "resource": f"{ARN}tab/index/wide"}
    ]
    assert str(refusal.message).startswith(
        "The level of configured provisioned throughput for one or more global secondary indexes"
    )
    assert stand.asked[-2:] == [("tab", "write", 1, False), ("tab/index/wide", "write", 1, True)]
    stand.put()


def test_a_local_index_lives_on_the_tables_capacity() -> None:
    stand = Stand()
    stand.put(1, h={"N": "1"})
    assert stand.asked == [("tab", "write", 2, False)]


def test_d253_of_a_batch_what_has_no_room_is_unprocessed() -> None:
    stand = Stand()
    stand.drain()
    stand.clock.now += 2
    puts = [{"PutRequest": {"Item": item(p="p", c=str(number))}} for number in range(3)]
    free = [{"PutRequest": {"Item": item(p="p", c="c")}}]
    body = {"RequestItems": {"tab": puts, "on-demand": free}}
    answer = stand.engine.call("BatchWriteItem", {**body, "ReturnConsumedCapacity": "TOTAL"})
    assert answer["UnprocessedItems"] == {"tab": puts[2:]}
    assert {one["TableName"]: one["CapacityUnits"] for one in answer["ConsumedCapacity"]} == {
        "tab": 2,
        "on-demand": 1,
    }
    again = {"RequestItems": answer["UnprocessedItems"]}
    assert refused(stand.engine, "BatchWriteItem", **again).startswith("ProvisionedThroughput")


def test_d253_of_a_batch_what_cannot_be_read_is_unprocessed() -> None:
    stand = Stand()
    stand.put()
    stand.drain("read")
    stand.clock.now += 1
    names = [item(p="p", c=letter) for letter in "cde"]
    request = {"Keys": names, "ConsistentRead": False}
    answer = stand.engine.call("BatchGetItem", {"RequestItems": {"tab": request}})
    assert answer["UnprocessedKeys"] == {"tab": {"Keys": names[2:], "ConsistentRead": False}}
    again = {"RequestItems": answer["UnprocessedKeys"]}
    assert refused(stand.engine, "BatchGetItem", **again).startswith("ProvisionedThroughput")


@pytest.mark.parametrize(
    ("operation", "action", "drained"),
    [
        ("TransactWriteItems", {"Put": {"TableName": "tab", "Item": item(p="p", c="z")}}, "write"),
        ("TransactGetItems", {"Get": {"TableName": "tab", "Key": item(p="p", c="z")}}, "read"),
    ],
)
def test_d254_a_transaction_says_which_of_its_actions_has_no_room(
    operation: str, action: Any, drained: Direction
) -> None:
    stand = Stand()
    stand.drain(drained)
    ((kind, part),) = action.items()
    named = "Item" if kind == "Put" else "Key"
    other = {kind: {**part, named: item(p="p", c="y")}}
    stand.clock.now += 3  # one action of two units has room, two have not
    actions = [action, other]
    refusal = stand.refusal(operation, TransactItems=actions)
    assert refusal.code == "TransactionCanceledException"
    assert refusal.members["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "ProvisionedThroughputExceeded", "Message": OF_TABLE},
    ]
    stand.clock.now += 1  # the first one's units were given back
    stand.engine.call(operation, {"TransactItems": actions})


def test_without_enforcing_all_is_let_through_and_told() -> None:
    stand = Stand(enforces=False)
    stand.drain()
    stand.asked.clear()
    stand.put()
    stand.put(2)
    assert stand.asked == [("tab", "write", 1, True), ("tab", "write", 2, True)]


def test_more_than_ever_fits_needs_all_that_is_saved() -> None:
    stand = Stand()
    stand.put(399)
    stand.clock.now += BURST_SECONDS
    assert refused(stand.engine, "PutItem", TableName="tab", Item=item(p="p", c="c"))
    stand.clock.now += 399
    stand.put(399)


def test_other_capacity_counts_from_the_next_call_on() -> None:
    stand = Stand()
    stand.drain()
    stand.engine.call(
        "UpdateTable", {"TableName": "tab", "ProvisionedThroughput": capacity(1, 300)}
    )
    stand.clock.now += 1
    stand.put()
    stand.clock.now += 1
    stand.put(299)


def test_a_table_of_the_same_name_begins_anew() -> None:
    stand = Stand()
    stand.drain()
    stand.engine.call("DeleteTable", {"TableName": "tab"})
    stand.clock.now += 0.5
    body = table("tab", "p", BillingMode="PROVISIONED", ProvisionedThroughput=capacity(1, 1))
    stand.engine.call("CreateTable", body | {"KeySchema": keys("p")})
    stand.put()
