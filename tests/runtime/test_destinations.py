"""Asynchronous invocations: which rule ends them, and who is told what (lambda-runtime.md L20)."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from visitplannr.model.asynchronous import AsynchronousRules, Delivery
from visitplannr.model.invocation import FunctionNotFoundError, InvocationResult, ThrottledError
from visitplannr.runtime.asynchronous import AsynchronousInvocations, AsynchronousSettings

ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue"
OTHER = "arn:aws:sqs:us-east-1:000000000000:other"
FINE = InvocationResult("id", b'{"answer": 1}')
BROKEN = InvocationResult("id", b'{"errorMessage": "boom", "errorType": "E"}', "Unhandled")
NO_ROOM = ThrottledError("ConcurrentInvocationLimitExceeded")


@dataclass
class Run:
    """Invocations with a function whose outcomes are given, and a clock that moves by sleeping."""

    outcomes: list[InvocationResult | Exception]
    rules: AsynchronousRules = field(default_factory=AsynchronousRules)
    told: list[Delivery] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    invoked: list[dict[str, Any]] = field(default_factory=list)

    async def invoke(self, function: str, payload: bytes, **more: Any) -> InvocationResult:
        self.invoked.append({"function": function, **more})
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def read_rules(self, function: str) -> AsynchronousRules:
        assert function == "f"
        return self.rules

    async def deliver(self, delivery: Delivery) -> None:
        if "gone" in delivery.destination:
            raise LookupError("it is not there")
        self.told.append(delivery)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def clock(self) -> float:
        return 1_700_000_000.0 + sum(self.pauses)

    async def carry_out(self, **more: str) -> str:
        settings = AsynchronousSettings(
            self.read_rules, self.deliver, (60.0, 120.0), self.sleep, self.clock
        )
        invocations = AsynchronousInvocations(self.invoke, self.said.append, settings)
        request_id = invocations.submit("f", b'{"event": 1}', **more)
        await asyncio.wait_for(invocations.finish(), 10)
        return request_id


async def test_success_tells_its_destination_only() -> None:
    rules = AsynchronousRules(ARN, on_success=QUEUE, on_failure=OTHER, dead_letters=OTHER)
    run = Run([FINE], rules)
    request_id = await run.carry_out(trigger="sns", trace_id="Root=1")
    (told,) = run.told
    assert told.destination == QUEUE
    assert told.detail_type == "Lambda Function Invocation Result - Success"
    assert json.loads(told.body) == {
        "version": "1.0",
        "timestamp": "2023-11-14T22:13:20.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{ARN}:$LATEST",
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"event": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": {"answer": 1},
    }
    (invoked,) = run.invoked
    assert (invoked["trigger"], invoked["trace_id"]) == ("sns", "Root=1")
    assert invoked["request_id"] == request_id


async def test_failure_tells_its_destination_and_the_dead_letter_queue() -> None:
    rules = AsynchronousRules(ARN, on_success=OTHER, on_failure=QUEUE, dead_letters=OTHER)
    run = Run([BROKEN], rules)
    request_id = await run.carry_out()
    assert run.pauses == [60.0, 120.0]
    told, letter = run.told
    record = json.loads(told.body)
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"] == {"errorMessage": "boom", "errorType": "E"}
    assert told.key.startswith("aws/lambda/async/f/2023/11/14/2023-11-14T22.16.20-")
    assert (letter.destination, letter.body) == (OTHER, '{"event": 1}')
    assert letter.attributes == {
        "RequestID": request_id,
        "ErrorCode": "200",
        "ErrorMessage": "boom",
    }


@pytest.mark.parametrize(("retries", "tries"), [(0, 1), (1, 2), (2, 3)])
async def test_retries_are_bounded_by_the_functions_rules(retries: int, tries: int) -> None:
    run = Run([BROKEN], AsynchronousRules(retries=retries))
    await run.carry_out()
    assert len(run.invoked) == tries


async def test_an_event_that_grows_too_old_is_not_retried() -> None:
    run = Run([BROKEN], AsynchronousRules(ARN, max_age=100.0, on_failure=QUEUE))
    await run.carry_out()
    assert len(run.invoked) == 2
    context = json.loads(run.told[0].body)["requestContext"]
    assert context["condition"] == "EventAgeExceeded"


async def test_no_capacity_costs_no_try_and_ends_with_the_events_age() -> None:
    run = Run([NO_ROOM], AsynchronousRules(ARN, max_age=60.0, on_failure=QUEUE))
    await run.carry_out()
    assert run.pauses == [1.0, 2.0, 4.0, 8.0, 16.0]
    record = json.loads(run.told[0].body)
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responsePayload" not in record


async def test_a_function_that_is_switched_off_goes_straight_to_its_destination() -> None:
    run = Run([NO_ROOM], AsynchronousRules(ARN, on_failure=QUEUE, is_switched_off=True))
    await run.carry_out()
    assert run.pauses == []
    context = json.loads(run.told[0].body)["requestContext"]
    assert context["condition"] == "ZeroReservedConcurrency"


async def test_a_destination_that_is_gone_is_said() -> None:
    run = Run([FINE], AsynchronousRules(ARN, on_success=f"{QUEUE}-gone"))
    await run.carry_out()
    assert "queue-gone cannot be told: it is not there" in run.said[0]


async def test_a_function_that_is_gone_is_given_up() -> None:
    run = Run([FunctionNotFoundError("no function is named f")])
    await run.carry_out()
    assert (len(run.invoked), run.pauses) == (1, [])
    assert run.said[0].endswith("given up: no function is named f")
