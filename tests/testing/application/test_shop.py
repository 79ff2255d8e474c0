"""Tests of the shop, as its own team would write them."""

from typing import Any

import pytest
from visitplannr.testing import Stack


def place(stack: Stack, number: str, **more: Any) -> int:
    return stack.http.post("/orders", json={"id": number, **more}).status_code


def kept(stack: Stack) -> list[str]:
    table = stack.resource("dynamodb").Table(stack.physical_id("Orders"))
    return sorted(item["id"] for item in table.scan()["Items"])


def test_an_order_is_kept_in_the_currency_of_the_shop(stack: Stack) -> None:
    assert place(stack, "1") == 201
    name = stack.physical_id("Orders")
    assert name == stack.outputs["OrdersName"]
    (item,) = stack.client("dynamodb").scan(TableName=name)["Items"]
    assert item == {"id": {"S": "1"}, "currency": {"S": "GBP"}}


@pytest.mark.parametrize("number", ["1", "2"])
def test_each_test_begins_with_nothing(stack: Stack, number: str) -> None:
    assert (kept(stack), stack.invocations()) == ([], [])
    assert place(stack, number) == 201


def test_an_order_is_packed(stack: Stack) -> None:
    place(stack, "1")
    (packed,) = stack.wait_for(lambda: stack.invocations("Pack"))
    assert (packed.trigger, packed.error, packed.result) == ("sqs", None, None)
    assert [record["body"] for record in packed.event["Records"]] == ['{"id": "1"}']
    assert "packing 1" in packed.log
    (placed,) = stack.invocations("Order")
    assert (placed.trigger, placed.status, placed.result["statusCode"]) == ("http-api", "201", 201)
    made = [(call.service, call.operation, call.status) for call in placed.calls]
    assert made == [("dynamodb", "PutItem", 200), ("sqs", "SendMessage", 200)]
    assert stack.physical_id("Orders") in placed.calls[0].resource


def test_what_is_fragile_comes_again_after_its_visibility_timeout(stack: Stack) -> None:
    place(stack, "vase", fragile=True)
    (failed,) = stack.wait_for(lambda: stack.invocations("Pack"))
    assert failed.error == "ValueError: vase is fragile (packing.py:13)"
    stack.clock.advance(31)
    assert len(stack.wait_for(lambda: stack.invocations("Pack")[1:])) == 1


def test_a_function_is_invoked(stack: Stack) -> None:
    result = stack.invoke("Count", {"what": "boxes", "by": 2})
    assert (result.payload, result.error) == ({"counted": 0.5}, None)
    assert "counting boxes" in result.log


def test_a_function_that_fails_says_where(stack: Stack) -> None:
    result = stack.invoke("Count", {"by": 0})
    assert result.error == "ZeroDivisionError: division by zero (packing.py:19)"
    assert result.payload["errorType"] == "ZeroDivisionError"


def test_an_hour_passes(stack: Stack) -> None:
    stack.clock.advance(3_600)
    assert stack.wait_for(lambda: stack.invocations("Count"))[0].trigger == "schedule"


def test_what_fails_asynchronously_is_tried_again_after_a_minute(stack: Stack) -> None:
    stack.client("lambda").invoke(
        FunctionName=stack.physical_id("Count"), InvocationType="Event", Payload=b'{"by": 0}'
    )
    stack.wait_for(lambda: stack.invocations("Count"))

    def tried_again() -> object:
        stack.clock.advance(60)
        return stack.invocations("Count")[1:]

    assert stack.wait_for(tried_again)


def test_a_throttled_table_is_asked_again_by_the_sdk(stack: Stack) -> None:
    stack.faults.add("dynamodb", "PutItem", "Orders", "throttling", count=2)
    assert place(stack, "1") == 201


def test_a_queue_that_fails_does_not_lose_the_order(stack: Stack) -> None:
    stack.faults.add("sqs", "SendMessage", "Parcels", "AccessDenied")
    assert place(stack, "1") == 500
    assert kept(stack) == ["1"]
    assert "AccessDenied" in str(stack.invocations("Order")[0].error)
    assert place(stack, "2") == 201


def test_a_state_is_saved_and_brought_back(stack: Stack) -> None:
    place(stack, "1", pack=False)
    saved = stack.snapshot()
    place(stack, "2", pack=False)
    stack.restore(saved)
    assert kept(stack) == ["1"]


def test_orders_expire(stack: Stack) -> None:
    tomorrow = int(stack.clock.now()) + 86_400
    stack.client("dynamodb").put_item(
        TableName=stack.physical_id("Orders"),
        Item={"id": {"S": "1"}, "ends": {"N": str(tomorrow)}},
    )
    assert kept(stack) == ["1"]
    stack.clock.advance(2 * 86_400)
    assert stack.wait_for(lambda: not kept(stack))
