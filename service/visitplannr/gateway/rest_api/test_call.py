"""The Test call of API Gateway's console, TestInvokeMethod (api-gateway.md T1 to T6)."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from visitplannr.gateway.forwarded_headers import grouped, last
from visitplannr.gateway.identifiers import RequestIds, new_ids
from visitplannr.gateway.integration import FunctionFailedError, Integration, function_behind
from visitplannr.gateway.proxy_response import MalformedResponseError
from visitplannr.gateway.request import Request, Response
from visitplannr.gateway.rest_api.event import build_event
from visitplannr.gateway.rest_api.execution_log import TRUNCATED, ExecutionLog, as_map
from visitplannr.gateway.rest_api.gateway_responses import (
    GatewayError,
    GatewayResponse,
    GatewayResponses,
)
from visitplannr.gateway.rest_api.mock_integration import mock_response
from visitplannr.gateway.rest_api.pipeline import INTEGRATION_SECONDS
from visitplannr.gateway.rest_api.request_validation import RequestValidation
from visitplannr.gateway.rest_api.response import to_response
from visitplannr.gateway.rest_api.routing import match_route
from visitplannr.gateway.routing import Match, Router
from visitplannr.model.application import RestApi
from visitplannr.model.invocation import InvocationError, InvocationResult, Invoke
from visitplannr.model.routes import Route


class NotFoundError(Exception):
    """Raise for a resource or method that the API does not have; the text is AWS's (T3)."""


@dataclass(frozen=True, slots=True)
class TestCall:
    """What is tested: a method of a resource, with a path (and query) that may be any."""

    method: str
    resource: str
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True, slots=True)
class TestResult:
    """What the console shows; `latency` is in milliseconds, `event` what the function was given."""

    status: int
    latency: int
    body: str
    headers: Mapping[str, str]
    multi_value_headers: Mapping[str, list[str]]
    log: str
    explanation: str | None = None
    event: Mapping[str, Any] | None = None


class TestInvoke:
    """Calls methods of one API without a stage and without its authorizers (T1)."""

    def __init__(self, api: RestApi, invoke: Invoke) -> None:
        self._api = api
        self._router = Router(api.document)
        self._integration = Integration(invoke)

    async def call(self, call: TestCall) -> TestResult:
        """Call a method.

        Raises:
            NotFoundError: the API has no such resource or method.
        """
        began = time.time()
        ids = new_ids(None, began)
        request = _request(call)
        match = self._match(call, request)
        log = ExecutionLog(ids.request_id)
        _log_request(log, call, request, match)
        sent = explanation = None
        try:
            RequestValidation(match.route, self._api.document).check(request)
            if match.route.integration_type == "MOCK":
                answer = mock_response(match.route.integration, request)
            else:
                sent = _test_event(build_event(request, match, self._api, ids), request, self._api)
                answer = await self._respond(match, sent, ids, log)
            _log_answer(log, answer)
        except GatewayError as error:
            log.add(error.explanation)
            explanation = str(error.__cause__ or error.explanation)
            rendered = GatewayResponses(self._api.document).render(error, request, ids)
            kept = tuple(pair for pair in rendered.headers if pair[0] == "x-amzn-ErrorType")
            answer = Response(rendered.status, kept, rendered.body)
        log.add(f"Method completed with status: {answer.status}")
        headers = grouped(answer.headers)
        latency = round((time.time() - began) * 1000)
        body = answer.body.decode("utf-8", errors="replace")
        return TestResult(
            answer.status, latency, body, last(headers), headers, str(log), explanation, sent
        )

    def resource_of(self, method: str, path: str) -> str:
        """Find the resource that a path is of; the path itself where there is none."""
        found = match_route(self._router, method, path.partition("?")[0])
        return found.route.resource if found else path

    def _match(self, call: TestCall, request: Request) -> Match:
        route = self._route(call)
        found = match_route(self._router, call.method, request.path)
        parameters = found.path_parameters if found and found.route is route else {}
        return Match(route, parameters)

    def _route(self, call: TestCall) -> Route:
        of_resource = [route for route in self._router.routes if route.resource == call.resource]
        if not of_resource:
            raise NotFoundError("Invalid Resource identifier specified")
        methods = {route.method: route for route in of_resource}
        route = methods.get(call.method) or methods.get("ANY")
        if route is None:
            raise NotFoundError("Invalid Method identifier specified")
        return route

    async def _respond(
        self, match: Match, event: Mapping[str, Any], ids: RequestIds, log: ExecutionLog
    ) -> Response:
        result = await self._integrate(match, event, ids, log)
        try:
            answer = to_response(result.payload, self._api.binary_media_types, None)
        except MalformedResponseError as error:
            raise _misconfigured("Malformed Lambda proxy response") from error
        traced = (("X-Amzn-Trace-Id", f"Root={ids.root}"), *answer.headers)
        return Response(answer.status, traced, answer.body)

    async def _integrate(
        self, match: Match, event: Mapping[str, Any], ids: RequestIds, log: ExecutionLog
    ) -> InvocationResult:
        try:
            function = function_behind(self._api, match.route)
            uri = _log_endpoint(log, self._api, function, event, ids)
            log.add(f"Sending request to {uri}")
            began = time.time()
            result = await self._integration.invoke(
                function, event, trace_id=ids.trace, seconds=INTEGRATION_SECONDS
            )
        except FunctionFailedError as error:
            raise _failed(
                "Lambda execution failed with status 200 due to customer function error: "
                f"{error.message}. Lambda request id: {error.result.request_id}"
            ) from error
        except InvocationError as error:
            raise _misconfigured(str(error)) from error
        _log_result(log, result, ids, round((time.time() - began) * 1000))
        return result


def _request(call: TestCall) -> Request:
    path, _, query = (call.path or call.resource).partition("?")
    body = (call.body or "").encode("utf-8", errors="replace")
    return Request(
        method=call.method,
        path=path,
        query=query,
        headers=tuple(call.headers.items()),
        body=body,
        source_ip="test-invoke-source-ip",
        scheme="https",
        port=443,
    )


def _test_event(event: dict[str, Any], request: Request, api: RestApi) -> dict[str, Any]:
    """Give the event what a Test call's has: only the headers given, made-up names (E2, T1)."""
    headers = grouped(request.headers)
    context = {
        **event["requestContext"],
        "domainName": "testPrefix.testDomainName",
        "domainPrefix": "testPrefix",
        "path": request.path,
        "stage": "test-invoke-stage",
    }
    context["identity"] = {
        **context["identity"],
        "accountId": api.account_id,
        "apiKey": "test-invoke-api-key",
        "apiKeyId": "test-invoke-api-key-id",
        "userAgent": "visitplannr",
    }
    return {
        **event,
        "headers": last(headers) or None,
        "multiValueHeaders": headers or None,
        "requestContext": context,
    }


def _log_request(log: ExecutionLog, call: TestCall, request: Request, match: Match) -> None:
    query = parse_qsl(request.query, keep_blank_values=True, errors="replace")
    log.add(f"HTTP Method: {call.method}, Resource Path: {request.path}")
    log.add("Method request path: ", as_map(match.path_parameters.items()))
    log.add("Method request query string: ", as_map(query))
    log.add("Method request headers: ", as_map(call.headers.items()))
    log.add("Method request body before transformations: ", call.body or "")


def _log_endpoint(
    log: ExecutionLog, api: RestApi, function: str, event: Mapping[str, Any], ids: RequestIds
) -> str:
    arn = f"arn:aws:lambda:{api.region}:{api.account_id}:function:{function}"
    uri = f"https://lambda.{api.region}.amazonaws.com/2015-03-31/functions/{arn}/invocations"
    headers = {
        "x-amzn-lambda-integration-tag": ids.request_id,
        "Authorization": "*" * 16,
        "x-amzn-apigateway-api-id": api.api_id,
        "Accept": "application/json",
        "User-Agent": f"AmazonAPIGateway_{api.api_id}",
        "X-Amzn-Trace-Id": ids.trace,
        "Content-Type": "application/json",
    }
    log.add(f"Endpoint request URI: {uri}")
    log.add("Endpoint request headers: ", f"{as_map(headers.items())}{TRUNCATED}")
    log.add("Endpoint request body after transformations: ", json.dumps(event))
    return uri


def _log_result(log: ExecutionLog, result: InvocationResult, ids: RequestIds, latency: int) -> None:
    headers = {
        "Date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime()),
        "Content-Type": "application/json",
        "Content-Length": str(len(result.payload)),
        "Connection": "keep-alive",
        "x-amzn-RequestId": result.request_id,
        "X-Amz-Executed-Version": "$LATEST",
        "X-Amzn-Trace-Id": f"Root={ids.root}",
    }
    log.add(f"Received response. Status: 200, Integration latency: {latency} ms")
    log.add("Endpoint response headers: ", as_map(headers.items()))
    log.add(
        "Endpoint response body before transformations: ",
        result.payload.decode("utf-8", errors="replace"),
    )


def _log_answer(log: ExecutionLog, answer: Response) -> None:
    log.add(
        "Method response body after transformations: ",
        answer.body.decode("utf-8", errors="replace"),
    )
    log.add("Method response headers: ", as_map(answer.headers))
    log.add("Successfully completed execution")


def _failed(explanation: str) -> GatewayError:
    return GatewayError(GatewayResponse.INTEGRATION_FAILURE, explanation)


def _misconfigured(reason: str) -> GatewayError:
    return _failed(f"Execution failed due to configuration error: {reason}")
