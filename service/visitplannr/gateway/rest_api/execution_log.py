"""The execution log of API Gateway's Test call (api-gateway.md T4 to T6)."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.request import Response
from visitplannr.gateway.rest_api.query import pairs_of
from visitplannr.gateway.routing import Match
from visitplannr.model.application import RestApi
from visitplannr.model.invocation import InvocationResult

_SHOWN = 1_000
_TRUNCATED = " [TRUNCATED]"


class ExecutionLog:
    """Collects lines; all but the first begin with the time, which `now` gives in seconds."""

    def __init__(self, ids: RequestIds, now: Callable[[], float] = time.time) -> None:
        self._ids = ids
        self._now = now
        self._lines = [f"Execution log for request {ids.request_id}"]
        self.add(f"Starting execution for request: {ids.request_id}")

    def add(self, text: str, value: str = "") -> None:
        """Add a line; a long value is cut."""
        when = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(self._now()))
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}{_TRUNCATED}"
        self._lines.append(f"{when} : {text}{shown}")

    def request(self, match: Match) -> None:
        """Tell what is tested."""
        request = match.request
        self.add(f"HTTP Method: {request.method}, Resource Path: {request.path}")
        self.add("Method request path: ", _as_map(match.path_parameters.items()))
        self.add("Method request query string: ", _as_map(pairs_of(request.query)))
        self.add("Method request headers: ", _as_map(request.headers))
        body = request.body.decode("utf-8", errors="replace")
        self.add("Method request body before transformations: ", body)

    def endpoint(self, api: RestApi, function: str, event: Mapping[str, Any]) -> None:
        """Tell what the function is sent, as API Gateway sends it to Lambda."""
        arn = f"arn:aws:lambda:{api.region}:{api.account_id}:function:{function}"
        uri = f"https://lambda.{api.region}.amazonaws.com/2015-03-31/functions/{arn}/invocations"
        headers = {
            "x-amzn-lambda-integration-tag": self._ids.request_id,
            "Authorization": "*" * 16,
            "x-amzn-apigateway-api-id": api.api_id,
            "Accept": "application/json",
            "User-Agent": f"AmazonAPIGateway_{api.api_id}",
            "X-Amzn-Trace-Id": self._ids.trace,
            "Content-Type": "application/json",
        }
        self.add(f"Endpoint request URI: {uri}")
        self.add("Endpoint request headers: ", f"{_as_map(headers.items())}{_TRUNCATED}")
        self.add("Endpoint request body after transformations: ", json.dumps(event))
        self.add(f"Sending request to {uri}")

    def result(self, result: InvocationResult, latency_ms: int) -> None:
        """Tell what the function gave, as Lambda answers API Gateway."""
        headers = {
            "Date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(self._now())),
            "Content-Type": "application/json",
            "Content-Length": str(len(result.payload)),
            "Connection": "keep-alive",
            "x-amzn-RequestId": result.request_id,
            "X-Amz-Executed-Version": "$LATEST",
            "X-Amzn-Trace-Id": self._ids.root,
        }
        self.add(f"Received response. Status: 200, Integration latency: {latency_ms} ms")
        self.add("Endpoint response headers: ", _as_map(headers.items()))
        payload = result.payload.decode("utf-8", errors="replace")
        self.add("Endpoint response body before transformations: ", payload)

    def answer(self, answer: Response) -> None:
        """Tell what the client would get."""
        body = answer.body.decode("utf-8", errors="replace")
        self.add("Method response body after transformations: ", body)
        self.add("Method response headers: ", _as_map(answer.headers))
        self.add("Successfully completed execution")

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)


def _as_map(pairs: Iterable[tuple[str, str]]) -> str:
    """Print pairs as the log does: `{a=b, c=d}` (T5)."""
    return f"{{{', '.join(f'{name}={value}' for name, value in pairs)}}}"
