"""Several APIs in one gateway, and a kind of API that only a registry given as argument knows."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from gateway.conftest import hearing
from visitplannr.console.overview import overview
from visitplannr.gateway.app import Gateway
from visitplannr.gateway.asgi import Message, Receive, Send
from visitplannr.gateway.event_of import event_of
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.integration import Integration
from visitplannr.gateway.kinds import KINDS, Kind, Kinds, readers
from visitplannr.gateway.request import RefusedError, Request, Response
from visitplannr.gateway.routing import Match, NoRouteError, Router
from visitplannr.gateway.stage import Event, GatewaySettings, Stage
from visitplannr.model.application import Api, Application, HttpApi, RestApi
from visitplannr.model.invocation import InvocationError, InvocationResult, Invoke
from visitplannr.model.routes import ANY, DEFAULT, Route
from visitplannr.model.stack import Declared, ResolvedStack
from visitplannr.up.report import limitations

PROXY = {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}
PREFLIGHT = (("Origin", "https://a.example"), ("Access-Control-Request-Method", "PUT"))


@dataclass(frozen=True, slots=True)
class Address(Api):
    """The made-up kind: one function, called by whatever is below `/_at/<LogicalId>`."""


@dataclass
class AddressRouter:
    api: Address
    asked: list[str] = field(default_factory=list)

    @property
    def routes(self) -> tuple[Route, ...]:
        return Router(self.api).routes

    def match(self, request: Request) -> Match | None:
        self.asked.append(request.path)
        prefix = f"/_at/{self.api.logical_id}"
        if not request.path.startswith(prefix):
            return None
        (route,) = self.routes
        return Match(replace(request, path=request.path.removeprefix(prefix)), route, {})


def address_event(match: Match, api: Address, ids: RequestIds) -> Event:
    return {"below": match.request.path, "of": api.logical_id, "trace": ids.trace}


def address_notices(api: Address) -> Iterable[str]:
    yield f"{api.logical_id}: it is made up"


class AddressStage(Stage[Address]):
    """What the kind does in the steps; it holds connections, too."""

    def __init__(self, api: Address, invoke: Invoke, settings: GatewaySettings) -> None:
        super().__init__(api, AddressRouter(api), Integration(invoke), 1.0)

    def preflight(self, exchange: Exchange) -> Response | None:
        return None

    def throttle(self, route: Route) -> None:
        """Count nothing."""

    def event(self, match: Match, ids: RequestIds) -> Event:
        return address_event(match, self.api, ids)

    async def admit(self, match: Match, event: Event, ids: RequestIds) -> None:
        event["caller"] = "anybody"

    def validate(self, match: Match) -> None:
        """Take everything."""

    def respond(self, match: Match, result: InvocationResult, ids: RequestIds) -> Response:
        return Response(200, (), result.payload)

    def refuse(self, error: RefusedError | InvocationError, exchange: Exchange) -> Response:
        exchange.explanation = str(error)
        return Response(418, (), b"")

    def accepts(self, scope: Message) -> bool:
        return str(scope["path"]).startswith(f"/_at/{self.api.logical_id}")

    async def connect(self, scope: Message, receive: Receive, send: Send, tell: Any) -> None:
        await send({"type": "websocket.accept", "for": self.api.logical_id})


def addresses(stack: ResolvedStack) -> Iterator[Address]:
    for logical_id, _ in stack.of_type("Made::Up"):
        yield address(logical_id)


MADE_UP: Kinds = {
    **KINDS,
    Address: Kind(
        "made-up", "made-up", AddressRouter, address_event, address_notices, AddressStage, addresses
    ),
}


def address(logical_id: str) -> Address:
    document = {"paths": {DEFAULT: {ANY: PROXY}}}
    return Address(logical_id, "a", "1", "", document, {(DEFAULT, "ANY"): "function"})


def rest(*paths: str) -> RestApi:
    document = {"paths": {path: {"get": PROXY} for path in paths}}
    return RestApi("Rest", "r", "1", "Prod", document, {(path, "GET"): "rest" for path in paths})


def http(*paths: str) -> HttpApi:
    document = {
        "openapi": "3.0.1",
        "paths": {path: {"put": PROXY} for path in paths},
        "x-amazon-apigateway-cors": {"allowOrigins": ["https://a.example"]},
    }
    return HttpApi("Http", "h", "1", DEFAULT, document, {(path, "PUT"): "http" for path in paths})


def application(*apis: Api) -> Application:
    return Application("stack", "us-east-1", "1", (), apis, (), {})


class Served:
    """A gateway without a server, whose functions give their name and their event."""

    def __init__(self, *apis: Api) -> None:
        self.reports: list[str] = []
        self.gateway = Gateway(
            application(*apis), self.invoke, hearing(self.reports), GatewaySettings(), MADE_UP
        )

    async def invoke(self, function: str, payload: bytes, **_: Any) -> InvocationResult:
        body = json.dumps({"function": function, "event": json.loads(payload)})
        return InvocationResult("id", json.dumps({"statusCode": 200, "body": body}).encode())

    async def send(
        self, path: str, method: str = "GET", *headers: tuple[str, str]
    ) -> tuple[int, bytes]:
        scope = {
            "type": "http",
            "method": method,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers],
            "scheme": "http",
        }
        start, body = await self.messages(scope)
        return start["status"], body["body"]

    async def messages(self, scope: Message) -> list[Message]:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.gateway(scope, receive, send)
        return sent

    def asked(self) -> Iterator[int]:
        """Count how often each API was asked for a match."""
        for stage in self.gateway.stages:
            assert isinstance(stage.router, AddressRouter)
            yield len(stage.router.asked)


@pytest.mark.parametrize(
    ("path", "status", "asked"),
    [
        pytest.param("/_at/A/x", 200, [1, 0], id="the first has it"),
        pytest.param("/_at/B/x", 200, [1, 1], id="the second has it"),
        pytest.param("/elsewhere", 418, [1, 1], id="none has it"),
    ],
)
async def test_a_request_is_routed_once(path: str, status: int, asked: list[int]) -> None:
    served = Served(address("A"), address("B"))
    assert (await served.send(path))[0] == status
    assert list(served.asked()) == asked


@pytest.mark.parametrize(
    ("method", "path", "function"),
    [("GET", "/a", "rest"), ("PUT", "/b", "http"), ("GET", "/both", "rest"), ("PUT", "/c", "http")],
)
async def test_the_first_api_with_the_route_answers(method: str, path: str, function: str) -> None:
    status, body = await Served(rest("/a", "/both"), http("/b", "/both", "/c")).send(path, method)
    assert (status, json.loads(body)["function"]) == (200, function)


async def test_where_no_api_has_the_route_the_first_says_so() -> None:
    served = Served(rest("/a"), http("/b"))
    assert await served.send("/nobody") == (403, b'{"message":"Missing Authentication Token"}')
    assert served.reports == ["GET /nobody → 403: no such route; there are: GET /a [X34, X35]"]


async def test_h40_a_preflight_is_for_the_api_of_the_request_to_come() -> None:
    served = Served(rest("/a"), http("/b"))
    assert (await served.send("/b", "OPTIONS", *PREFLIGHT))[0] == 204
    assert (await served.send("/a", "OPTIONS", *PREFLIGHT))[0] == 403


async def test_another_kind_is_served_through_the_same_steps() -> None:
    served = Served(rest("/a"), address("A"))
    status, body = await served.send("/_at/A/x/y", "POST")
    answer = json.loads(json.loads(body)["body"])
    assert (status, answer["function"]) == (200, "function")
    assert (answer["event"]["below"], answer["event"]["caller"]) == ("/x/y", "anybody")
    (exchange,) = served.gateway.history
    assert (exchange.api, exchange.request.path) == ("A", "/_at/A/x/y")
    assert (await served.send("/_at/A", "GET", ("x", "y" * 10_240)))[0] == 418
    assert "API Gateway takes 10240" in served.reports[0]


def test_another_kind_has_its_event() -> None:
    request = Request("GET", "/_at/A/x", "", (), b"", "127.0.0.1", "http", 80)
    found = event_of(application(rest("/a"), address("A")), request, MADE_UP)
    assert (found["of"], found["below"]) == ("A", "/x")
    with pytest.raises(NoRouteError, match=r"no route for GET /z; there are: GET /a, \$default$"):
        event_of(application(rest("/a"), address("A")), replace(request, path="/z"), MADE_UP)


def test_another_kind_has_its_notices() -> None:
    found = list(limitations(application(rest("/a"), address("A")), lambda _: [], MADE_UP))
    assert found == ["A: it is made up."]


def test_the_console_names_the_kinds() -> None:
    routes = overview(application(rest("/a"), http("/b"), address("A")), {}, Path(), MADE_UP)
    assert [route["kind"] for route in routes["routes"]] == ["REST", "HTTP", "made-up"]


def handshake(path: str) -> Message:
    return {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "scheme": "ws",
    }


async def test_a_connection_is_held_by_the_api_that_it_is_for() -> None:
    served = Served(rest("/a"), address("A"), address("B"))
    assert await served.messages(handshake("/_at/B/x")) == [
        {"type": "websocket.accept", "for": "B"}
    ]


async def test_a_handshake_with_an_api_that_holds_none_is_answered_like_a_request() -> None:
    start, body = await Served(rest("/a"), address("A")).messages(handshake("/a"))
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 200)
    assert body["type"] == "websocket.http.response.body"
    assert json.loads(body["body"])["function"] == "rest"


def test_a_made_up_kind_is_found_in_the_template() -> None:
    declared = {"Door": Declared("Made::Up", {})}
    stack = ResolvedStack("stack", "us-east-1", "1", declared, {"Door": "door-1"})
    found = [api for read in readers(MADE_UP) for api in read(stack)]
    assert [(type(api), api.logical_id) for api in found] == [(Address, "Door")]
