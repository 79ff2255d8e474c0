"""A stack's contents are emptied, copied and put back, over HTTP as `up` asks for it."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest
from backend.server.test_relay import ask, others
from dynamodb.engines import item, new_engine, table
from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.control_api import contents_actions, control_api
from visitplannr.backend.server.deliveries import Policy, UndeliveredError, deliver
from visitplannr.backend.server.retries import Retries
from visitplannr.backend.server.stack_contents import Held, Place, StackContents
from visitplannr.dynamodb.engine import Engine

STACK = {
    "account": "000000000000",
    "region": "us-east-1",
    "resources": [
        {"type": "AWS::DynamoDB::Table", "physical_id": "table"},
        {"type": "AWS::SQS::Queue", "physical_id": "queue"},
    ],
}


class Backend:
    """What the contents are emptied in; notes what it was asked."""

    def __init__(self, *, ours: bool = True) -> None:
        self.engine = new_engine()
        for name in ("table", "other"):
            self.engine.call("CreateTable", table(name))
            self.engine.call("PutItem", {"TableName": name, "Item": item(p="a", c="1")})
        self.emptied: list[tuple[Place, list[Held]]] = []
        self.abandoned = 0
        contents = StackContents(self.tables if ours else None, self.empty, self.abandon)
        self.app = control_api(contents_actions(contents), others)

    def tables(self, account: str, region: str) -> Engine:
        assert (account, region) == ("000000000000", "us-east-1")
        return self.engine

    def empty(self, place: Place, resources: Iterable[Held]) -> None:
        self.emptied.append((place, list(resources)))

    def abandon(self) -> None:
        self.abandoned += 1

    def ask(self, action: str, body: Any) -> Any:
        sent = json.dumps(body).encode()
        status, _, parts = asyncio.run(ask(self.app, f"/_visitplannr/{action}", sent))
        return status, json.loads(b"".join(parts))

    def count(self, name: str) -> Any:
        return self.engine.call("Scan", {"TableName": name})["Count"]


def test_the_stacks_own_is_emptied_and_nothing_else() -> None:
    backend = Backend()
    assert backend.ask("reset", STACK) == (200, {})
    assert (backend.count("table"), backend.count("other"), backend.abandoned) == (0, 1, 1)
    held = [Held("AWS::DynamoDB::Table", "table"), Held("AWS::SQS::Queue", "queue")]
    assert backend.emptied == [(Place("000000000000", "us-east-1"), held)]


def test_tables_are_copied_and_put_back() -> None:
    backend = Backend()
    status, said = backend.ask("snapshots", STACK)
    assert status == 201
    backend.ask("reset", STACK)
    assert backend.ask("restore", said) == (200, {})
    assert backend.count("table") == 1


def test_what_cannot_be_done_is_said() -> None:
    backend = Backend()
    missing = 404, {"message": "there is no snapshot x"}
    assert backend.ask("restore", {"id": "x"}) == missing
    _, said = backend.ask("snapshots", STACK)
    backend.engine.call("DescribeTable", {"TableName": "table"})
    backend.engine.database.being_made.clear()
    backend.engine.call("DeleteTable", {"TableName": "table"})
    deleted = 409, {"message": "the table table has been deleted"}
    assert backend.ask("restore", said) == deleted
    elsewhere = Backend(ours=False)
    assert elsewhere.ask("reset", STACK)[0] == elsewhere.ask("snapshots", STACK)[0] == 501
    without_tables = {**STACK, "resources": STACK["resources"][1:]}
    assert elsewhere.ask("reset", without_tables) == (200, {})


@pytest.mark.parametrize("body", [None, [], {}, {**STACK, "resources": None}])
def test_what_is_no_stack_is_refused(body: Any) -> None:
    status, said = Backend().ask("reset", body)
    assert (status, bool(said["message"])) == (400, True)


class MovedWhileRead:
    """A time that abandons what waits, at its third reading, and is an hour later from then on."""

    def __init__(self) -> None:
        self.retries: Retries | None = None
        self.readings = 0

    def __call__(self) -> float:
        self.readings += 1
        if self.readings == 3 and self.retries:
            self.retries.abandon()
        return 3_600.0 if self.readings >= 3 else 0.0


def test_a_delivery_that_is_abandoned_is_neither_tried_again_nor_given_up() -> None:
    ticking, tried = MovedWhileRead(), []
    retries = Retries(Clock(ticking))

    def attempt() -> None:
        tried.append(ticking.readings)
        ticking.readings, ticking.retries = 0, retries
        raise UndeliveredError("THROTTLING", "no")

    assert deliver(attempt, Policy(), retries, retries.sleep) is None
    assert len(tried) == 1
