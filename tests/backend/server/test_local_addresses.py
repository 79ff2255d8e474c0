"""MiniStack's answers name the stack's local addresses; whoever needs the kept ones says so."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from backend.server.test_relay import ask, listening
from visitplannr.backend.server.invoke_client import InvokeClient
from visitplannr.backend.server.local_addresses import asking, local_addresses
from visitplannr.backend.server.steps import Message, Receive, Send
from visitplannr.model.addresses import AS_KEPT_HEADER, addresses_of
from visitplannr.model.application import Application, FunctionUrl, RestApi
from visitplannr.up.invocations import taking_invocations

REST = RestApi("Rest", "abc", "1", "Prod", {}, {})
URL = FunctionUrl(
    "Fn", "xyz", "1", "$default", {}, {}, address="https://xyz.lambda-url.us-east-1.on.aws/"
)
ADDRESSES = addresses_of(
    Application("stack", "us-east-1", "1", (), (REST, URL), (), {}), "http://localhost:8000"
)
KEPT = (
    "<OutputValue>https://abc.execute-api.us-east-1.amazonaws.com/Prod/a</OutputValue>"
    "https://xyz.lambda-url.us-east-1.on.aws/ https://other.lambda-url.us-east-1.on.aws/"
    " \N{SNOWMAN}"
)
LOCAL = (
    "<OutputValue>http://localhost:8000/a</OutputValue>"
    "http://localhost:8000/_urls/Fn/ https://other.lambda-url.us-east-1.on.aws/"
    " \N{SNOWMAN}"
)


async def ministack(_scope: Message, _receive: Receive, send: Send) -> None:
    """Answer in two parts, one of which breaks off within an address."""
    body = KEPT.encode()
    headers = [(b"Content-Length", b"%d" % len(body)), (b"content-type", b"text/xml")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body[:30], "more_body": True})
    await send({"type": "http.response.body", "body": body[30:]})


async def served() -> Any:
    return ADDRESSES


def signed_for(service: str) -> tuple[bytes, bytes]:
    scope = f"Credential=test/20261125/us-east-1/{service}/aws4_request, SignedHeaders=host"
    return b"authorization", f"AWS4-HMAC-SHA256 {scope}".encode()


CONCERNED = ["cloudformation", "lambda", "apigateway", "ssm", "secretsmanager", "states"]
OTHERS = ["s3", "dynamodb", "sqs"]


@pytest.mark.parametrize(
    ("service", "expected"), [(s, LOCAL) for s in CONCERNED] + [(s, KEPT) for s in OTHERS]
)
def test_an_answer_of_a_service_that_tells_addresses_tells_local_ones(
    service: str, expected: str
) -> None:
    app = local_addresses(served, ministack)
    status, headers, parts = asyncio.run(ask(app, "/", headers=[signed_for(service)]))
    body = b"".join(parts)
    assert (status, body.decode()) == (200, expected)
    lengths = [value for name, value in headers.items() if name.lower() == b"content-length"]
    assert lengths == [b"%d" % len(body)]


def test_unsigned_requests_and_those_that_ask_for_what_is_kept_get_it() -> None:
    app = local_addresses(served, ministack)
    kept = (AS_KEPT_HEADER.lower().encode(), b"yes")
    for headers in ([], [signed_for("lambda"), kept]):
        _, _, parts = asyncio.run(ask(app, "/", headers=headers))
        assert b"".join(parts).decode() == KEPT


def test_up_is_asked_over_its_socket(tmp_path: Path) -> None:
    async def asked() -> list[Any]:
        async with taking_invocations(tmp_path) as (invocations, _):
            ask_up = asking(invocations.path)
            before = await ask_up()
            invocations.serve(ministack, (), ADDRESSES)
            return [before, await ask_up()]

    assert asyncio.run(asked()) == [(), ADDRESSES]


def test_what_is_sent_to_the_stack_is_sent_to_where_up_serves_it(tmp_path: Path) -> None:
    url = "https://xyz.lambda-url.us-east-1.on.aws/a"

    async def asked() -> list[str]:
        async with taking_invocations(tmp_path) as (invocations, _):
            invocations.serve(ministack, (), ADDRESSES)
            client = InvokeClient(invocations.path)
            there = [await asyncio.to_thread(client.localised, one) for one in (url, "http://a/")]
        return [*there, client.localised(url)]

    assert asyncio.run(asked()) == ["http://localhost:8000/_urls/Fn/a", "http://a/", url]


def test_without_an_answer_nothing_is_rewritten() -> None:
    async def broken(_scope: Message, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps({}).encode()[:1]})

    async def asked() -> list[Any]:
        async with listening(broken) as path:
            found = await asking(path)()
        return [found, await asking(path)()]

    assert asyncio.run(asked()) == [(), ()]
