"""A WebSocket API without a server: clients are ASGI messages, functions what a test says."""

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from visitplannr.gateway.app import Gateway
from visitplannr.gateway.asgi import Message
from visitplannr.gateway.connections import OpenConnections
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import Application, WebSocketApi
from visitplannr.model.endpoints import Call, EndpointAnswer
from visitplannr.model.invocation import InvocationResult
from visitplannr.model.routes import ANY

if TYPE_CHECKING:
    from visitplannr.gateway.exchange import Exchange

Functions = Callable[[str, Any], Any]
OK = {"statusCode": 200}


def proxy(kind: str = "aws_proxy", **more: Any) -> dict[str, Any]:
    integration = {"type": kind, **more.pop("integration", {})}
    return {"x-amazon-apigateway-integration": integration, **more}


def chat(*keys: str, logical_id: str = "Chat", **more: Any) -> WebSocketApi:
    """Make an API whose routes have functions of their own names."""
    routes = {**dict.fromkeys(keys, proxy()), **more.pop("routes", {})}
    document = {
        "paths": {key: {ANY: operation} for key, operation in routes.items()},
        **more.pop("document", {}),
    }
    functions = {(key, "ANY"): key for key in routes}
    return WebSocketApi(logical_id, "abc", "123", "live", document, functions, **more)


class Chat:
    """A gateway with one API; `functions` answers an event, `told` is what the terminal hears.

    Functions have answered when `answered` is set.
    """

    def __init__(self, api: WebSocketApi, functions: Functions = lambda *_: OK) -> None:
        self.api = api
        self.functions = functions
        self.events: list[tuple[str, Any]] = []
        self.told: list[Exchange] = []
        self.called: list[Call] = []
        self.answered = asyncio.Event()
        self.answered.set()
        self.connections = OpenConnections("localhost:9000")
        self.serve(api)

    def serve(self, api: WebSocketApi) -> None:
        """Exchange the application for one with this API."""
        application = Application("stack", "us-east-1", "123", (), (api,), (), {})
        settings = GatewaySettings(call=self.call, connections=self.connections)
        self.gateway = Gateway(application, self.invoke, self.told.append, settings)

    async def invoke(self, function: str, payload: bytes, **_: Any) -> InvocationResult:
        event = json.loads(payload)
        self.events.append((function, event))
        answer = self.functions(function, event)
        await self.answered.wait()
        if isinstance(answer, Exception):
            failed = {"errorMessage": str(answer), "errorType": type(answer).__name__}
            return InvocationResult("id", json.dumps(failed).encode(), "Unhandled")
        return InvocationResult("id", json.dumps(answer).encode())

    async def call(self, call: Call) -> EndpointAnswer:
        self.called.append(call)
        return EndpointAnswer(200, (), b"from the URL")

    async def ask(self, method: str, path: str, body: bytes = b"", *, signed: bool = True) -> Any:
        """Send a request; give the status, the headers and the body."""
        name = b"AWS4-HMAC-SHA256 Credential=test/20260701/us-east-1/execute-api/aws4_request"
        scope = {
            "type": "http",
            "method": method,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"authorization", name)] if signed else [],
            "scheme": "http",
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.gateway(scope, receive, send)
        headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], headers, sent[1]["body"].decode()

    def connect(self, path: str = "/_ws/Chat", **headers: str) -> "Client":
        return Client(self.gateway, path, headers)


class Client:
    """Connects with its first message; `sent` is what the gateway has sent."""

    def __init__(self, gateway: Gateway, path: str, headers: dict[str, str]) -> None:
        raw_path, _, query = path.partition("?")
        pairs = {"host": "localhost:8000", "user-agent": "tests", **headers}
        self.sent: asyncio.Queue[Message] = asyncio.Queue()
        self._messages: asyncio.Queue[Message] = asyncio.Queue()
        self._messages.put_nowait({"type": "websocket.connect"})
        scope = {
            "type": "websocket",
            "raw_path": raw_path.encode(),
            "path": raw_path,
            "query_string": query.encode(),
            "headers": [
                (name.replace("_", "-").encode(), value.encode()) for name, value in pairs.items()
            ],
            "scheme": "ws",
            "client": ("10.0.0.1", 1),
        }
        self.ended = asyncio.ensure_future(gateway(scope, self._messages.get, self.sent.put))

    async def hears(self) -> Message:
        return await self.sent.get()

    async def accepted(self) -> "Client":
        message = await self.hears()
        assert message["type"] == "websocket.accept", message
        return self

    async def says(self, message: str | bytes) -> None:
        kind = "text" if isinstance(message, str) else "bytes"
        await self._messages.put({"type": "websocket.receive", kind: message})

    async def asks(self, message: str) -> str:
        await self.says(message)
        return str((await self.hears())["text"])

    async def refused(self) -> tuple[int, Any]:
        start, body = await self.hears(), await self.hears()
        assert start["type"] == "websocket.http.response.start"
        return start["status"], json.loads(body["body"])

    async def leaves(self, code: int | None = 1000, reason: str = "") -> None:
        await self._messages.put({"type": "websocket.disconnect", "code": code, "reason": reason})
        await self.ended
