"""A function URL that is served, and what is sent to it."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gateway.conftest import hearing
from visitplannr.gateway.app import Gateway
from visitplannr.gateway.asgi import Message
from visitplannr.gateway.http_protocol import CLOSE
from visitplannr.gateway.request import Request
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import Api, Application, FunctionUrl
from visitplannr.model.invocation import (
    InvocationResult,
    ResponseStream,
)
from visitplannr.model.routes import ANY, DEFAULT

PROXY = {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}


URL = FunctionUrl(
    logical_id="Greeter",
    api_id="abc",
    account_id="123456789012",
    stage=DEFAULT,
    document={"paths": {DEFAULT: {ANY: PROXY}}},
    integrations={(DEFAULT, "ANY"): "greeter"},
)


CORS = {
    "AllowOrigins": ["https://a.example"],
    "AllowMethods": ["GET", "PUT"],
    "AllowHeaders": ["X-A"],
    "ExposeHeaders": ["X-B"],
    "AllowCredentials": "true",
    "MaxAge": 60,
}


Headers = Mapping[str, str]


def request(path: str, *headers: tuple[str, str], **changes: Any) -> Request:
    made = Request("GET", path, "", headers, b"", "127.0.0.1", "http", 8000)
    return replace(made, **changes)


class Served:
    """A gateway without a server; `does` is what the function does with its stream."""

    def __init__(self, *apis: Api, result: Any = None, error: str | None = None) -> None:
        self.result = result
        self.error = error
        self.reports: list[str] = []
        self.events: list[Any] = []
        self.request_ids: list[str | None] = []
        self.closed = False
        self.does: Callable[[ResponseStream], None] = lambda _: None
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.sent: list[Message] = []
        self.gateway = Gateway(
            Application("stack", "us-east-1", "1", (), apis, (), {}),
            self.invoke,
            hearing(self.reports),
            GatewaySettings(stream=self.stream),
        )

    async def invoke(
        self, function: str, payload: bytes, *, request_id: str | None = None, **_: Any
    ) -> InvocationResult:
        self.events.append(json.loads(payload))
        self.request_ids.append(request_id)
        if isinstance(self.result, Exception):
            raise self.result
        answer = {"function": function} if self.result is None else self.result
        return InvocationResult("id", json.dumps(answer).encode(), self.error)

    async def stream(
        self, function: str, payload: bytes, stream: ResponseStream, **about: Any
    ) -> InvocationResult:
        self.does(stream)
        await self.go_on.wait()
        return await self.invoke(function, payload, **about)

    async def send(self, sent: Request) -> tuple[int, Headers, bytes]:
        pairs = [(name.encode(), value.encode()) for name, value in sent.headers]
        scope = {
            "type": "http",
            "method": sent.method,
            "raw_path": sent.path.encode(),
            "query_string": sent.query.encode(),
            "headers": pairs,
            "scheme": "http",
            "extensions": {CLOSE: self.close},
        }

        async def receive() -> Message:
            if self.closed:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": sent.body}

        async def send(message: Message) -> None:
            self.sent.append(message)

        await self.gateway(scope, receive, send)
        start = self.sent[0]
        headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return start["status"], headers, b"".join(one.get("body", b"") for one in self.sent)

    def close(self) -> None:
        self.closed = True


HOST = ("Host", "greeter.lambda-url.localhost:8000")


ORIGIN = ("Origin", "https://a.example")


STREAM = replace(URL, invoke_mode="RESPONSE_STREAM", cors=CORS)
