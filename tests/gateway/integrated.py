"""A stage of an API in process: what is behind it, functions and endpoints, is given as a fake."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.http_api.stage import HttpStage
from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.stage import RestStage
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import HttpApi, RestApi
from visitplannr.model.endpoints import Call, EndpointAnswer
from visitplannr.model.invocation import InvocationResult

KEY = "x-amazon-apigateway-integration"
LAMBDA = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/F/invocations"
JSON = (("Content-Type", "application/json"),)
NOTHING = EndpointAnswer(200, JSON, b"{}")
NO_RESULT = InvocationResult("id", b"{}")


def request(
    method: str = "POST",
    path: str = "/",
    body: bytes = b"",
    *headers: tuple[str, str],
    query: str = "",
) -> Request:
    return Request(
        method, path, query, (("Host", "a.example"), *headers), body, "1.2.3.4", "http", 80
    )


class Behind:
    """What is behind an API: `called` are the calls, `invoked` and `submitted` the events."""

    def __init__(
        self,
        answer: EndpointAnswer | Exception = NOTHING,
        result: InvocationResult = NO_RESULT,
        delay: float = 0.0,
    ) -> None:
        self.answer = answer
        self.result = result
        self.delay = delay
        self.called: list[Any] = []
        self.invoked: list[Any] = []
        self.submitted: list[tuple[str, bytes]] = []

    async def call(self, call: Call) -> EndpointAnswer:
        self.called.append(call)
        await asyncio.sleep(self.delay)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def invoke(self, function: str, payload: bytes, **_: Any) -> InvocationResult:
        self.invoked.append(json.loads(payload))
        return self.result

    async def submit(self, function: str, payload: bytes) -> None:
        self.submitted.append((function, payload))

    async def rest(
        self,
        integration: Mapping[str, Any],
        asked: Request,
        *,
        resource: str = "/",
        seconds: float | None = None,
        document: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Exchange:
        """Ask a REST API that has one method, ANY of `resource`."""
        operation = {KEY: integration}
        paths = {resource: {"x-amazon-apigateway-any-method": operation}}
        api = RestApi(
            logical_id="Api",
            api_id="abc",
            account_id="1",
            stage="dev",
            document={"paths": paths, **(document or {})},
            integrations={(resource, "ANY"): "F"},
            **more,
        )
        stage = RestStage(api, self.invoke, self._settings(seconds))
        return await stage.handle(asked, stage.router.match(asked))

    async def http(
        self,
        integration: Mapping[str, Any],
        asked: Request,
        *,
        resource: str = "/",
        **more: Any,
    ) -> Exchange:
        """Ask an HTTP API that has one route, ANY of `resource`."""
        paths = {resource: {"x-amazon-apigateway-any-method": {KEY: integration}}}
        return await self.http_of({"openapi": "3.0.1", "paths": paths}, asked, **more)

    async def http_of(self, document: Mapping[str, Any], asked: Request, **more: Any) -> Exchange:
        """Ask the HTTP API of a document, whose functions are all the one."""
        integrations = {(path, "ANY"): "F" for path in document["paths"]}
        stage_name = more.pop("stage", "$default")
        api = HttpApi("Api", "abc", "1", stage_name, document, integrations, **more)
        stage = HttpStage(api, self.invoke, self._settings(None))
        return await stage.handle(asked, stage.router.match(asked))

    def _settings(self, seconds: float | None) -> GatewaySettings:
        return GatewaySettings(integration_seconds=seconds, call=self.call, submit=self.submit)


def seen(exchange: Exchange) -> tuple[int, bytes]:
    return exchange.response.status, exchange.response.body


def header_of(pairs: Any, name: str) -> str | None:
    return next((value for key, value in pairs if key.lower() == name.lower()), None)
