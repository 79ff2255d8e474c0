"""The stage of the console's Test call: open to all, without limits of its own, and with a log.

It goes through the steps of every request (gateway/stage.py).
"""

import time
from collections.abc import Mapping
from typing import Any

from visitplannr.gateway.event_parts import grouped, last
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.integration import FunctionFailedError, Integration
from visitplannr.gateway.proxy_response import MalformedResponseError
from visitplannr.gateway.request import RefusedError, Response
from visitplannr.gateway.rest_api.configured_responses import GatewayResponses
from visitplannr.gateway.rest_api.event import build_event
from visitplannr.gateway.rest_api.execution_log import ExecutionLog
from visitplannr.gateway.rest_api.gateway_responses import (
    GatewayError,
    GatewayResponse,
)
from visitplannr.gateway.rest_api.integrations import Integrations
from visitplannr.gateway.rest_api.refusals import as_gateway_error
from visitplannr.gateway.rest_api.request_validation import RequestValidation
from visitplannr.gateway.rest_api.response import to_response
from visitplannr.gateway.rest_api.routing import RestRouter
from visitplannr.gateway.rest_api.stage import INTEGRATION_SECONDS
from visitplannr.gateway.routing import Match
from visitplannr.gateway.stage import Event, GatewaySettings, Stage
from visitplannr.model.application import RestApi
from visitplannr.model.invocation import InvocationError, InvocationResult
from visitplannr.model.routes import Route


class MethodTestStage(Stage[RestApi]):
    """The stage `test-invoke-stage`, for one test, whose log it writes."""

    def __init__(
        self,
        api: RestApi,
        router: RestRouter,
        integration: Integration,
        settings: GatewaySettings,
        log: ExecutionLog,
    ) -> None:
        super().__init__(api, router, integration, INTEGRATION_SECONDS)
        others = Integrations(api, router.routes, integration, settings, INTEGRATION_SECONDS)
        self._answers = dict.fromkeys(others.routes, others.answer)
        self._log = log

    def preflight(self, exchange: Exchange) -> Response | None:
        """Answer none."""

    def throttle(self, route: Route) -> None:
        """Count nothing: tests have no limits."""

    def event(self, match: Match, ids: RequestIds) -> Event:
        """Build the event with only the headers given, and made-up names (E2, T1)."""
        event = build_event(match, self.api, ids)
        headers = grouped(match.request.headers)
        context = {
            **event["requestContext"],
            "domainName": "testPrefix.testDomainName",
            "domainPrefix": "testPrefix",
            "path": match.request.path,
            "stage": "test-invoke-stage",
        }
        given = {"headers": last(headers) or None, "multiValueHeaders": headers or None}
        return {**event, **given, "requestContext": context}

    async def admit(self, _match: Match, event: Event, _ids: RequestIds) -> None:
        """Let everybody in, as the account itself (T1)."""
        event["requestContext"]["identity"].update(
            accountId=self.api.account_id,
            apiKey="test-invoke-api-key",
            apiKeyId="test-invoke-api-key-id",
            userAgent="visitplannr",
        )

    def validate(self, match: Match) -> None:
        """Check the request as on the API's own stage."""
        RequestValidation(match.route, self.api.document).check(match.request)

    async def integrate(
        self, route: Route, event: Mapping[str, Any], exchange: Exchange
    ) -> InvocationResult:
        """Invoke the function, and log what it is sent and gives."""
        self._log.endpoint(self.api, exchange.function or "", event)
        began = time.time()
        result = await super().integrate(route, event, exchange)
        self._log.result(result, round((time.time() - began) * 1000))
        return result

    def respond(self, _match: Match, result: InvocationResult, ids: RequestIds) -> Response:
        """Map the result by the proxy contract, for a client that accepts anything."""
        answer = to_response(result.payload, self.api.binary_media_types, "")
        traced = (("X-Amzn-Trace-Id", ids.root), *answer.headers)
        return Response(answer.status, traced, answer.body)

    def refuse(self, error: RefusedError | InvocationError, exchange: Exchange) -> Response:
        """Log the reason as the console does (T6); keep of the headers what it shows."""
        refused = _refused(error)
        self._log.add(refused.explanation)
        exchange.explanation = str(error)
        answer = GatewayResponses(self.api).render(refused, exchange)
        kept = tuple(pair for pair in answer.headers if pair[0] == "x-amzn-ErrorType")
        return Response(answer.status, kept, answer.body)


def _refused(error: RefusedError | InvocationError) -> GatewayError:
    match error:
        case FunctionFailedError(message=message, result=result):
            return _failed(
                "Lambda execution failed with status 200 due to customer function error: "
                f"{message}. Lambda request id: {result.request_id}"
            )
        case MalformedResponseError():
            return _misconfigured("Malformed Lambda proxy response")
        case InvocationError():
            return _misconfigured(str(error))
        case _:
            return as_gateway_error(error)


def _failed(explanation: str) -> GatewayError:
    return GatewayError(GatewayResponse.INTEGRATION_FAILURE, explanation)


def _misconfigured(reason: str) -> GatewayError:
    return _failed(f"Execution failed due to configuration error: {reason}")
