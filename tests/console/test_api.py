"""What the console serves of tables, logs and invocations, as others offer it."""

import asyncio
import json
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import EndpointConnectionError
from fastapi import FastAPI
from visitplannr.console.api import routers
from visitplannr.console.console import Console, Served
from visitplannr.console.sources import Item, TablePage
from visitplannr.model.application import Application, Function, Resource
from visitplannr.model.invocation import FunctionNotFoundError, InvocationResult
from visitplannr.model.secrets import MASK, SECRETS

FUNCTION = Function("F", "f-1", "arn:f", "a.b", "python3.13", Path())
TABLE = Resource("Table", "AWS::DynamoDB::Table", "table-1", "CREATE_COMPLETE")
APPLICATION = Application("stack", "us-east-1", "1", (FUNCTION,), (), (TABLE,), {})
DESCRIPTION = {
    "TableName": "table-1",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
GONE = EndpointConnectionError(endpoint_url="http://backend")


@dataclass(frozen=True)
class Page:
    items: tuple[Item, ...]
    next_start: Item | None


class Tables:
    """One table of one item; "gone" is a key at which the backend goes away."""

    def describe(self, table: str) -> Mapping[str, Any]:
        assert table == "table-1"
        return DESCRIPTION

    def read(
        self, table: str, partition: str, sort: str, *, limit: int, start: Item | None
    ) -> TablePage:
        assert (table, limit) == ("table-1", 25)
        if partition == "gone":
            raise GONE
        if sort:
            raise ValueError("there is no sort key")
        return Page(({"id": {"B": b"\xff"}},), None if start else {"id": {"B": b"\xff"}})

    def plain(self, item: Item) -> dict[str, Any]:
        return {"plain": len(item)}


@dataclass
class Kept:
    """An invocation as something else than the runtime may keep it."""

    number: int
    function: str = "f-1"
    state: str = "done"
    request_id: str = "id"
    event: bytes = b"{}"
    result: bytes = b"1"
    calls: str = "[]"

    def row(self) -> dict[str, Any]:
        return {"number": self.number, "function": self.function}

    def details(self) -> dict[str, Any]:
        return {**self.row(), "event": self.event.decode(), "result": self.result.decode()}


@dataclass
class Invocations:
    kept: list[Kept]

    def serves(self, application: str) -> bool:
        return application == "first"

    async def complete(self) -> None: ...

    def records(self) -> list[Kept]:
        return self.kept

    def get(self, number: int) -> Kept | None:
        return next((one for one in self.kept if one.number == number), None)


class Invoker:
    """Runs f-1 only; its invocation is kept with the request id "id"."""

    def invoke(
        self,
        function: str,
        payload: bytes,
        *,
        trace_id: str | None = None,
        client_context: str | None = None,
        request_id: str | None = None,
        trigger: str = "invoke",
    ) -> Awaitable[InvocationResult]:
        async def result() -> InvocationResult:
            await asyncio.sleep(0)
            if function != "f-1":
                raise FunctionNotFoundError(f"there is no function {function}")
            return InvocationResult("id", payload)

        return result()

    async def submit(
        self, function: str, payload: bytes, client_context: str | None = None, **_: str | None
    ) -> str:
        raise NotImplementedError


def read_logs(
    groups: Mapping[str, str], since_ms: int, text: str | None
) -> Iterable[Mapping[str, Any]]:
    if text == "gone":
        raise GONE
    for group, function in groups.items():
        yield {"eventId": group, "timestamp": since_ms, "function": function,
               "logStreamName": "s", "message": f"{text}\n"}  # fmt: skip


@pytest.fixture
def kept() -> list[Kept]:
    return [Kept(2, "gone-1", result=b"2"), Kept(1)]


@pytest.fixture
def console(tmp_path: Path, kept: list[Kept]) -> httpx.AsyncClient:
    app = FastAPI()
    given = Console(
        name="first",
        application=APPLICATION,
        invoker=Invoker(),
        invocations=Invocations(kept),
        tables=Tables(),
        read_logs=read_logs,
        read_permissions=dict,
        endpoint_url="http://backend",
        served=Served(tmp_path, "127.0.0.1", 1),
    )
    for router in routers(given):
        app.include_router(router)
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def test_a_table_is_described_and_read_page_by_page(console: httpx.AsyncClient) -> None:
    assert (await console.get("/_local/tables/Table")).json()["keys"] == [
        {"name": "id", "role": "partition key", "type": "S"}
    ]
    first = (await console.get("/_local/tables/Table/items")).json()
    assert first["items"] == [{"plain": {"plain": 1}, "dynamodb": {"id": {"B": "/w=="}}}]
    second = await console.get("/_local/tables/Table/items", params={"start": first["next"]})
    assert second.json()["next"] is None


REFUSED: list[Any] = [
    pytest.param("tables/Nobody", {}, 404, "the stack has no table Nobody", id="no table"),
    pytest.param("tables/Table/items", {"sort": "x"}, 400, "there is no sort key", id="no key"),
    pytest.param("tables/Table/items", {"start": "[]"}, 400, "[] is no key", id="no start"),
    pytest.param("tables/Table/items", {"partition": "gone"}, 502,
                 f"the table Table cannot be read: {GONE}", id="no backend"),
    pytest.param("logs", {"since": 1, "text": "gone"}, 502,
                 f"the logs cannot be read: {GONE}", id="no logs"),
    pytest.param("invocations/7", {}, 404, "invocation 7 is not kept any more", id="no record"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "parameters", "status", "detail"), REFUSED)
async def test_what_cannot_be_read_has_a_reason(
    console: httpx.AsyncClient, path: str, parameters: dict[str, Any], status: int, detail: str
) -> None:
    answer = await console.get(f"/_local/{path}", params=parameters)
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})


async def test_logs_are_those_of_the_wanted_function(console: httpx.AsyncClient) -> None:
    wanted: dict[str, str | int] = {"since": 5, "text": "x", "function": "F"}
    (event,) = (await console.get("/_local/logs", params=wanted)).json()
    assert (event["id"], event["time"], event["function"]) == ("/aws/lambda/f-1", 5, "F")
    assert event["message"] == "x"
    assert (await console.get("/_local/logs", params={"since": 5, "function": "G"})).json() == []


async def test_functions_are_called_by_their_logical_ids(console: httpx.AsyncClient) -> None:
    rows = (await console.get("/_local/invocations")).json()
    assert [row["function"] for row in rows] == ["gone-1", "F"]
    assert (await console.get("/_local/invocations/1")).json()["function"] == "F"
    (row,) = (await console.get("/_local/invocations/2/comparison/1")).json()
    assert (row["tag"], row["left"], row["right"]) == ("replace", "2", "1")


async def test_an_invocation_is_replayed_if_its_function_is_still_there(
    console: httpx.AsyncClient,
) -> None:
    assert (await console.post("/_local/invocations/1/replay")).json()["event"] == "{}"
    refused = await console.post("/_local/invocations/2/replay")
    assert (refused.status_code, refused.json()["detail"]) == (404, "there is no function gone-1")


_PAGE = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(("headers", "shown"), [({}, "Bearer abcdefgh"), (_PAGE, MASK)])
async def test_pages_see_no_secrets_and_programs_see_all(
    console: httpx.AsyncClient, kept: list[Kept], headers: dict[str, str], shown: str
) -> None:
    kept[:] = [Kept(1, event=b'{"authorization": "Bearer abcdefgh"}', result=b'{"token": "a"}'),
               Kept(2, result=b'{"token": "b"}')]  # fmt: skip
    found = (await console.get("/_local/invocations/1", headers=headers)).json()
    assert json.loads(found["event"])["authorization"] == shown
    rows = (await console.get("/_local/invocations/1/comparison/2", headers=headers)).json()
    assert ("replace" in {row["tag"] for row in rows}) == (shown != MASK)


async def test_a_replay_says_what_it_was_sent_without(
    console: httpx.AsyncClient, kept: list[Kept]
) -> None:
    kept[:] = [Kept(1, event=SECRETS.payload(b'{"headers": {"Cookie": "a=b"}, "body": null}'))]
    replayed = (await console.post("/_local/invocations/1/replay")).json()
    assert replayed["missing"] == ["headers.Cookie"]


async def test_an_event_is_saved_and_no_link_is_followed(
    console: httpx.AsyncClient, tmp_path: Path
) -> None:
    outside, events = tmp_path / "outside.json", tmp_path / "events"
    assert (await console.put("/_local/events/mine", json={"a": 1})).status_code == 200
    assert (await console.get("/_local/events/mine")).json() == {"a": 1}
    assert (await console.put("/_local/events/mine", json=2)).status_code == 409
    await asyncio.to_thread(outside.write_text, "{}")
    await asyncio.to_thread((events / "link.json").symlink_to, outside)
    for answer in (
        await console.get("/_local/events/link"),
        await console.put("/_local/events/link?replace=true", json=3),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (
            400,
            "events/link.json is a link to somewhere else",
        )
    assert await asyncio.to_thread(outside.read_text) == "{}"
