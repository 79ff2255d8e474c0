"""APIs in process whose routes are Lambda proxies: what their function is given, and gives."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gateway.integrated import request
from visitplannr.gateway.asgi import send_response
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.function_url.stage import FunctionUrlStage
from visitplannr.gateway.http_api.stage import HttpStage
from visitplannr.gateway.request import Request, Response
from visitplannr.gateway.rest_api.stage import RestStage
from visitplannr.gateway.stage import GatewaySettings, Stage
from visitplannr.model.application import FunctionUrl, HttpApi, RestApi
from visitplannr.model.invocation import InvocationResult
from visitplannr.model.routes import ANY, DEFAULT

PROXY = {"type": "aws_proxy", "payloadFormatVersion": "2.0"}
KINDS = ("rest", "http", "http-1.0", "url")


def document(*routes: str, version: str = "2.0") -> dict[str, Any]:
    """Make a document of routes such as "GET /users", "ANY /{proxy+}", "$default"."""
    paths: dict[str, dict[str, Any]] = {}
    integration = {**PROXY, "payloadFormatVersion": version}
    for route in routes:
        method, _, path = route.rpartition(" ")
        key = ANY if method in {"ANY", ""} else method.lower()
        paths.setdefault(path, {})[key] = {"x-amazon-apigateway-integration": integration}
    return {"paths": paths}


class Proxied:
    """APIs before one function; `event` is what it was given last, `result` what it gives."""

    def __init__(self, result: Any = None, error: str | None = None) -> None:
        self.result = {"statusCode": 200} if result is None else result
        self.error = error
        self.event: dict[str, Any] = {}

    async def invoke(self, function: str, payload: bytes, **_: Any) -> InvocationResult:
        assert function == "function"
        self.event = json.loads(payload)
        if isinstance(self.result, Exception):
            raise self.result
        result = self.result
        given = result if isinstance(result, bytes) else json.dumps(result).encode()
        return InvocationResult("id", given, self.error)

    async def rest(
        self, asked: Request, routes: Sequence[str] = ("ANY /{proxy+}",), **settings: Any
    ) -> Exchange:
        made = {**document(*routes), **settings.pop("document", {})}
        api = RestApi("Api", "abc", "123456789012", "Prod", made, integrations_of(made), **settings)
        return await self._ask(RestStage(api, self.invoke, GatewaySettings()), asked)

    async def http(
        self,
        asked: Request,
        routes: Sequence[str] = (DEFAULT,),
        version: str = "2.0",
        **settings: Any,
    ) -> Exchange:
        made = {"openapi": "3.0.1", **document(*routes, version=version)}
        place = {"stage": DEFAULT, **settings}
        api = HttpApi(
            "Api", "abc", "123456789012", document=made, integrations=integrations_of(made), **place
        )
        return await self._ask(HttpStage(api, self.invoke, GatewaySettings()), asked)

    async def url(self, asked: Request, **settings: Any) -> Exchange:
        made = document(DEFAULT)
        api = FunctionUrl(
            "F", "abc", "123456789012", DEFAULT, made, integrations_of(made), **settings
        )
        below = replace(asked, path=f"{api.prefix}{asked.path}")
        return await self._ask(FunctionUrlStage(api, self.invoke, GatewaySettings()), below)

    async def by(self, kind: str, asked: Request, **settings: Any) -> Exchange:
        """Ask by the kind of API: one of KINDS."""
        match kind:
            case "rest":
                return await self.rest(asked, **settings)
            case "url":
                return await self.url(asked, **settings)
        return await self.http(asked, version="1.0" if kind == "http-1.0" else "2.0", **settings)

    async def _ask(self, stage: Stage[Any], asked: Request) -> Exchange:
        return await stage.handle(asked, stage.router.match(asked))


def integrations_of(made: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    return {
        (path, "ANY" if key == ANY else key.upper()): "function"
        for path, methods in made["paths"].items()
        for key in methods
    }


def get(path: str = "/a", *headers: tuple[str, str], query: str = "") -> Request:
    return request("GET", path, b"", *headers, query=query)


async def wire(response: Response) -> list[Any]:
    """Give the messages that an answer becomes."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await send_response(send, response)
    return sent


def values(exchange: Exchange, name: str) -> list[str]:
    """Give all values of a header of an answer."""
    return [value for key, value in exchange.response.headers if key.lower() == name.lower()]
