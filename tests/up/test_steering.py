"""What tests do to a running stack, over HTTP: begin anew, clock, faults, snapshots."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from visitplannr.backend.control import BackendControl, Contents, ControlError
from visitplannr.model.application import Application, Function, Resource
from visitplannr.up.clock import MovableClock
from visitplannr.up.local_api import beside
from visitplannr.up.steering import Steering
from visitplannr.up.steering_api import steering_router

TABLE = Resource("Orders", "AWS::DynamoDB::Table", "shop-Orders-1", "CREATE_COMPLETE")
APPLICATION = Application(
    stack_name="shop",
    region="us-east-1",
    account_id="000000000000",
    functions=(Function("F", "shop-F-1", "arn:f", "app.handler", "python3.13", Path()),),
    resources=(TABLE,),
    apis=(),
    outputs={},
)


class Running:
    """A stack whose parts note, in order, what is done to them; `ran` says that something ran."""

    def __init__(self, *, ran: bool = False) -> None:
        self.done: list[Any] = []
        self.ran = ran
        steering = Steering(self, self, [self], self.forget)
        app = FastAPI()
        app.include_router(steering_router(steering, APPLICATION))
        self.app = beside(app, app, console_port=0)

    def reset(self, contents: Contents) -> None:
        self.done.append(("reset", contents.to_json()))

    def advance(self, seconds: float) -> Mapping[str, float]:
        self.done.append(("advance", seconds))
        return {"now": 1_000.0 + seconds, "moved": seconds}

    def add_fault(self, fault: Mapping[str, Any]) -> None:
        self.done.append(("fault", dict(fault)))

    def clear_faults(self) -> None:
        self.done.append("no faults")

    def snapshot(self, contents: Contents) -> str:
        self.done.append(("snapshot", contents.to_json()))
        return "a copy"

    def restore(self, name: str) -> None:
        if name != "a copy":
            raise ControlError(404, f"there is no snapshot {name}")
        self.done.append(("restore", name))

    async def settle(self, seconds: float) -> bool:
        self.done.append(("settle", seconds))
        return self.ran

    async def forget(self) -> None:
        self.done.append("forget")

    def ask(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> Response:
        async def asked() -> Response:
            transport = ASGITransport(self.app)
            async with AsyncClient(transport=transport, base_url="http://localhost") as client:
                return await client.request(method, f"/_local/{path}", json=body, headers=headers)

        return asyncio.run(asked())


CONTENTS = {
    "account": "000000000000",
    "region": "us-east-1",
    "resources": [
        {"type": "AWS::DynamoDB::Table", "physical_id": "shop-Orders-1"},
        {"type": "AWS::Logs::LogGroup", "physical_id": "/aws/lambda/shop-F-1"},
    ],
}
FAULT = {
    "service": "dynamodb",
    "operation": "PutItem",
    "resource": "shop-Orders-1",
    "error": "throttling",
    "count": 1,
}


def test_a_reset_empties_the_stack_then_forgets_what_happened() -> None:
    running = Running()
    assert running.ask("reset").status_code == 204
    assert running.done == [("reset", CONTENTS), ("settle", 5.0), "forget"]


def test_what_runs_meanwhile_leaves_nothing() -> None:
    running = Running(ran=True)
    running.ask("reset")
    assert running.done == [("reset", CONTENTS), ("settle", 5.0), ("reset", CONTENTS), "forget"]


def test_both_clocks_are_moved() -> None:
    running = Running()
    answer = running.ask("clock", {"advance": 60})
    assert (answer.status_code, answer.json()) == (200, {"now": 1_060.0, "moved": 60.0})
    assert running.done == [("advance", 60.0), ("advance", 60.0)]


@pytest.mark.parametrize("resource", ["Orders", "shop-Orders-1"])
def test_a_fault_names_a_resource_by_its_logical_id(resource: str) -> None:
    running = Running()
    fault = {"service": "dynamodb", "operation": "PutItem", "resource": resource}
    assert running.ask("faults", fault).status_code == 204
    assert running.ask("faults", method="DELETE").status_code == 204
    assert running.done == [("fault", FAULT), "no faults"]


def test_snapshots_are_made_and_restored() -> None:
    running = Running()
    answer = running.ask("snapshots")
    assert (answer.status_code, answer.json()) == (201, {"id": "a copy"})
    assert running.ask("snapshots/a copy/restore").status_code == 204
    assert running.done == [("snapshot", CONTENTS), ("restore", "a copy")]
    missing = running.ask("snapshots/other/restore")
    assert (missing.status_code, missing.json()) == (
        404,
        {"detail": "there is no snapshot other"},
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [("clock", {"advance": -1}), ("clock", {}), ("clock", {"advance": "x"}),
     ("faults", {}), ("faults", {"service": "sqs", "count": 0})],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(path: str, body: Any) -> None:
    running = Running()
    assert running.ask(path, body).status_code == 422
    assert running.done == []


@pytest.mark.parametrize("path", ["reset", "clock", "faults", "snapshots", "snapshots/x/restore"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://localhost:3000"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_no_page_does_any_of_it(path: str, headers: dict[str, str]) -> None:
    running = Running()
    assert running.ask(path, {"advance": 1}, **headers).status_code == 403
    assert running.done == []


async def test_what_waits_hears_of_a_moved_clock() -> None:
    clock = MovableClock(lambda: 1_000.0)
    waiting = asyncio.create_task(clock.sleep(60))
    await asyncio.sleep(0)
    clock.advance(59)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not waiting.done()
    clock.advance(1)
    await asyncio.wait_for(waiting, 60)
    assert clock() == 1_060.0
    await asyncio.wait_for(MovableClock().sleep(0.001), 60)


def test_a_backend_that_is_not_there_is_said() -> None:
    control = BackendControl("http://127.0.0.1:1")
    with pytest.raises(ControlError, match="does not answer") as caught:
        control.clear_faults()
    assert caught.value.status == 503
