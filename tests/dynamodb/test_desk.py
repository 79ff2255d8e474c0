"""Requests that come at once are answered by one write to the disk, for all servers alike."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager

from dynamodb.engines import Clock, item, new_engine, table
from visitplannr.dynamodb.desk import Desk
from visitplannr.dynamodb.engine import Engine
from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.wire import HttpRequest, Wire

SIGNED = "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c"


class Commits:
    """Counts the commits of several requests together; the disk may refuse them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.counted = 0
        self.refuses = False

    @contextmanager
    def together(self) -> Iterator[None]:
        self.counted += 1
        with self._engine.together():
            yield
        if self.refuses:
            raise DynamoDBError("InternalServerError", "no room", status=500)


def desk_of(engine: Engine) -> tuple[Desk, Commits]:
    commits = Commits(engine)
    return Desk(Wire(engine.call, Clock(), "us-east-1"), commits.together), commits


def put(name: str) -> HttpRequest:
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "authorization": SIGNED,
        "x-amz-date": "20270115T080000Z",
        "x-amz-target": "DynamoDB_20120810.PutItem",
    }
    body = {
        "TableName": "table",
        "Item": item(p=name),
        "ConditionExpression": "attribute_not_exists(p)",
    }
    return HttpRequest("POST", "/", "", headers, json.dumps(body).encode())


async def test_those_that_wait_are_committed_at_once() -> None:
    engine = new_engine()
    engine.call("CreateTable", table("table", "p"))
    desk, commits = desk_of(engine)
    answers = await asyncio.gather(*(desk.answer(put(name)) for name in ("a", "b", "a", "c")))
    assert [answer.status for answer in answers] == [200, 200, 400, 200]
    assert commits.counted == 1
    assert engine.call("Scan", {"TableName": "table"})["Count"] == 3


async def test_one_alone_is_committed_by_itself() -> None:
    engine = new_engine()
    engine.call("CreateTable", table("table", "p"))
    desk, commits = desk_of(engine)
    assert [(await desk.answer(put(name))).status for name in ("a", "b")] == [200, 200]
    assert commits.counted == 0


async def test_what_could_not_be_committed_is_answered_as_a_fault() -> None:
    engine = new_engine()
    engine.call("CreateTable", table("table", "p"))
    desk, commits = desk_of(engine)
    commits.refuses = True
    answers = await asyncio.gather(*(desk.answer(put(name)) for name in ("a", "b")))
    assert [(answer.status, b"no room" in answer.body) for answer in answers] == [(500, True)] * 2


async def test_one_that_was_given_up_disturbs_no_other() -> None:
    engine = new_engine()
    engine.call("CreateTable", table("table", "p"))
    desk, _ = desk_of(engine)
    first, second = (asyncio.ensure_future(desk.answer(put(name))) for name in ("a", "b"))
    await asyncio.sleep(0)  # both wait now
    first.cancel()
    assert (await second).status == 200
