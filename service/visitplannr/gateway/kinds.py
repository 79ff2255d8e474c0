"""The registry: which kinds of APIs there are, and what each has of its own.

A new kind is a class in the model, a package beside rest_api/ and http_api/, and an entry here.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from visitplannr.gateway.asgi import Message, Receive, Send
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.function_url.event import build_event as url_event
from visitplannr.gateway.function_url.reading import read as read_function_urls
from visitplannr.gateway.function_url.routing import FunctionUrlRouter
from visitplannr.gateway.function_url.stage import FunctionUrlStage
from visitplannr.gateway.http_api.event import build_event as http_event
from visitplannr.gateway.http_api.notices import notices as http_notices
from visitplannr.gateway.http_api.reading import read as read_http_apis
from visitplannr.gateway.http_api.routing import HttpRouter
from visitplannr.gateway.http_api.stage import HttpStage
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.notices import one_stage
from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.event import build_event as rest_event
from visitplannr.gateway.rest_api.notices import notices as rest_notices
from visitplannr.gateway.rest_api.reading import read as read_rest_apis
from visitplannr.gateway.rest_api.routing import RestRouter
from visitplannr.gateway.rest_api.stage import RestStage
from visitplannr.gateway.routing import ApiRouter, Match
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.gateway.websocket_api.event import event_of_handshake
from visitplannr.gateway.websocket_api.notices import notices as websocket_notices
from visitplannr.gateway.websocket_api.reading import read as read_websocket_apis
from visitplannr.gateway.websocket_api.routing import WebSocketRouter
from visitplannr.gateway.websocket_api.stage import WebSocketStage
from visitplannr.model.application import Api, FunctionUrl, HttpApi, RestApi, WebSocketApi
from visitplannr.model.invocation import Invoke
from visitplannr.model.stack import ApiReader

A = TypeVar("A", bound=Api)


class Requests(Protocol):
    """Answers the requests of an API; the frame in gateway/stage.py does so step by step."""

    @property
    def router(self) -> ApiRouter:
        """Give what tells which requests the API is for."""

    def handle(self, request: Request, match: Match | None) -> Awaitable[Exchange]:
        """Answer a request; `match` is what the router made of it."""


@runtime_checkable
class Connections(Protocol):
    """Holds the connections of an API, where its kind has some (WebSocket), beside `Requests`."""

    def accepts(self, scope: Message) -> bool:
        """Say whether the API is for a handshake."""

    async def connect(
        self, scope: Message, receive: Receive, send: Send, tell: Callable[[Exchange], None]
    ) -> None:
        """Hold a connection until it ends; `tell` hears of its handshake and of failures."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[A]):
    """A kind of API.

    `label` is its name for people, `trigger` that of the invocations it causes. `router` finds
    routes, `event` builds what a function would be given, without the caller, `notices` yields a
    line for whatever of an API is not as on AWS, `stage` makes what serves it: `Requests`, and
    `Connections` if it holds some, and `read` finds the APIs of a stack. `prefix` is the path below
    which all requests for an API are, "" where its routes are at their own paths.
    """

    label: str
    trigger: str
    router: Callable[[A], ApiRouter]
    event: Callable[[Match, A, RequestIds], dict[str, Any]]
    notices: Callable[[A], Iterable[str]]
    stage: Callable[[A, Invoke, GatewaySettings], Requests]
    read: ApiReader
    prefix: Callable[[A], str] = lambda _api: ""


Kinds = Mapping[type[Api], Kind[Any]]

KINDS: Kinds = {
    WebSocketApi: Kind(
        "WebSocket",
        "websocket",
        WebSocketRouter,
        event_of_handshake,
        websocket_notices,
        WebSocketStage,
        read_websocket_apis,
        lambda api: api.prefix,
    ),
    FunctionUrl: Kind(
        "URL",
        "function-url",
        FunctionUrlRouter,
        url_event,
        one_stage,
        FunctionUrlStage,
        read_function_urls,
        lambda api: api.prefix,
    ),
    RestApi: Kind("REST", "api", RestRouter, rest_event, rest_notices, RestStage, read_rest_apis),
    HttpApi: Kind(
        "HTTP", "http-api", HttpRouter, http_event, http_notices, HttpStage, read_http_apis
    ),
}


def readers(kinds: Kinds = KINDS) -> Sequence[ApiReader]:
    """Give what finds a stack's APIs, kind after kind."""
    return [kind.read for kind in kinds.values()]
