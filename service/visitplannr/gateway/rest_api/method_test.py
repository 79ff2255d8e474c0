"""The Test call of API Gateway's console, TestInvokeMethod (api-gateway.md T1 to T6)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from visitplannr.gateway.event_parts import grouped, last
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.identifiers import new_ids
from visitplannr.gateway.integration import Integration
from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.execution_log import ExecutionLog
from visitplannr.gateway.rest_api.method_test_stage import MethodTestStage
from visitplannr.gateway.rest_api.routing import RestRouter
from visitplannr.gateway.routing import Match
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import RestApi
from visitplannr.model.invocation import Invoke
from visitplannr.model.routes import Route


class NotFoundError(Exception):
    """Raise for a resource or method that the API does not have; the text is AWS's (T3)."""


@dataclass(frozen=True, slots=True)
class MethodTest:
    """What is tested: a method of a resource, with a path (and query) that may be any.

    Without a resource, the path chooses it.
    """

    method: str
    resource: str | None = None
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None

    def request(self) -> Request:
        """Make the request that it stands for (T1)."""
        path, _, query = (self.path or self.resource or "/").partition("?")
        return Request(
            method=self.method,
            path=path,
            query=query,
            headers=tuple(self.headers.items()),
            body=(self.body or "").encode("utf-8", errors="replace"),
            source_ip="test-invoke-source-ip",
            scheme="https",
            port=443,
        )


@dataclass(frozen=True, slots=True)
class MethodTestResult:
    """What the console shows; `latency` is in milliseconds, `event` what the function was given."""

    status: int
    latency: int
    body: str
    headers: Mapping[str, str]
    multi_value_headers: Mapping[str, list[str]]
    log: str
    explanation: str | None = None
    event: Mapping[str, Any] | None = None


class MethodTester:
    """Tests methods of one API without its stage and without its authorizers (T1)."""

    def __init__(
        self, api: RestApi, invoke: Invoke, settings: GatewaySettings | None = None
    ) -> None:
        self._api = api
        self._settings = settings or GatewaySettings()
        self._router = RestRouter(api)
        self._integration = Integration(invoke)

    async def run(self, test: MethodTest) -> MethodTestResult:
        """Test a method.

        Raises:
            NotFoundError: the API has no such resource or method.
        """
        match = self._match(test)
        ids = new_ids(None, time.time())
        log = ExecutionLog(ids)
        log.request(match)
        stage = MethodTestStage(self._api, self._router, self._integration, self._settings, log)
        exchange = await stage.serve(Exchange(self._api.logical_id, match.request, ids), match)
        if exchange.explanation is None:
            log.answer(exchange.response)
        log.add(f"Method completed with status: {exchange.response.status}")
        return _result(exchange, log)

    def _match(self, test: MethodTest) -> Match:
        request = test.request()
        found = self._router.match(request)
        if found and test.resource in {None, found.route.resource}:
            return found
        return Match(request, self._route(test), {})

    def _route(self, test: MethodTest) -> Route:
        resource = test.path if test.resource is None else test.resource
        methods = {
            route.method: route for route in self._router.routes if route.resource == resource
        }
        if not methods:
            raise NotFoundError("Invalid Resource identifier specified")
        route = methods.get(test.method) or methods.get("ANY")
        if route is None:
            raise NotFoundError("Invalid Method identifier specified")
        return route


def _result(exchange: Exchange, log: ExecutionLog) -> MethodTestResult:
    answer = exchange.response
    headers = grouped(answer.headers)
    return MethodTestResult(
        status=answer.status,
        latency=round(exchange.seconds * 1000),
        body=answer.body.decode("utf-8", errors="replace"),
        headers=last(headers),
        multi_value_headers=headers,
        log=str(log),
        explanation=exchange.explanation,
        event=exchange.event if exchange.function else None,
    )
