"""What a function URL does in the steps of the frame (gateway/stage.py)."""

import asyncio

from visitplannr.gateway.cors import Cors
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.function_url.authorization import authorise
from visitplannr.gateway.function_url.errors import refusal
from visitplannr.gateway.function_url.event import build_event
from visitplannr.gateway.function_url.routing import FunctionUrlRouter
from visitplannr.gateway.function_url.streaming import streamed_response
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.integration import (
    BrokenInvocationError,
    FunctionFailedError,
    Integration,
    payload_of,
)
from visitplannr.gateway.request import RefusedError, Response
from visitplannr.gateway.response_v2 import compact, to_response
from visitplannr.gateway.routing import Match
from visitplannr.gateway.stage import Event, GatewaySettings, Stage
from visitplannr.model.application import FunctionUrl
from visitplannr.model.invocation import InvocationError, InvocationResult, Invoke
from visitplannr.model.response_buffer import ResponseBuffer
from visitplannr.model.routes import Route

STREAMED = "RESPONSE_STREAM"
_FUNCTION_SECONDS = 900.0
_JSON = "application/json"


class FunctionUrlStage(Stage[FunctionUrl]):
    """Serves one function URL; a function may take as long as its own Timeout lets it (U43)."""

    def __init__(self, api: FunctionUrl, invoke: Invoke, settings: GatewaySettings) -> None:
        super().__init__(api, FunctionUrlRouter(api), Integration(invoke), _FUNCTION_SECONDS)
        self._invoke = invoke
        self._access = settings.access
        self._stream = settings.stream if api.invoke_mode == STREAMED else None
        self._cors = Cors(_with_small_initials(api), preflight_status=200)

    def preflight(self, exchange: Exchange) -> Response | None:
        """Answer a preflight as the URL's CORS configuration says (U30)."""
        answer = self._cors.preflight(exchange.request)
        return _with_ids(answer, exchange.ids) if answer else None

    def throttle(self, route: Route) -> None:
        """Count nothing: the function's concurrency is the limit (U41)."""

    def event(self, match: Match, ids: RequestIds) -> Event:
        """Build the event in payload format 2.0."""
        return build_event(match, self.api, ids)

    async def admit(self, match: Match, event: Event, _ids: RequestIds) -> None:
        """Let in who has signed, or anybody, as AuthType says."""
        who = await authorise(self.api, match.request, self._access)
        if who is not None:
            event["requestContext"]["authorizer"] = who

    def validate(self, match: Match) -> None:
        """Take every request: function URLs validate none."""

    async def deliver(self, match: Match, event: Event, exchange: Exchange) -> Response:
        """Answer with the result, or with what the function streams while it does so (U50)."""
        function, payload, ids = exchange.function or "", payload_of(event), exchange.ids
        about = {"trace_id": ids.trace, "request_id": ids.request_id}
        if self._stream is None:
            running = self._integration.keep(self._invoke(function, payload, **about))
        else:
            written = ResponseBuffer()
            running = self._integration.keep(self._stream(function, payload, written, **about))
            if answer := await streamed_response(written, running, function):
                return _with_ids(self._cors.applied(match.request, answer), ids)
        exchange.result = await _ended(running)
        if exchange.result.function_error:
            raise FunctionFailedError(function, exchange.result)
        return self.respond(match, exchange.result, ids)

    def respond(self, match: Match, result: InvocationResult, ids: RequestIds) -> Response:
        """Map the result, with the URL's own CORS headers (U31)."""
        answer = to_response(result.payload, _JSON, compact)
        return _with_ids(self._cors.applied(match.request, answer), ids)

    def refuse(self, error: RefusedError | InvocationError, exchange: Exchange) -> Response:
        """Answer with the error's status; a page may read that, too, if CORS lets it."""
        answer, exchange.explanation = refusal(error)
        return _with_ids(self._cors.applied(exchange.request, answer), exchange.ids)


async def _ended(running: asyncio.Future[InvocationResult]) -> InvocationResult:
    """Wait for a result; whoever stops waiting stops nothing else."""
    try:
        return await asyncio.shield(running)
    except InvocationError:
        raise
    except Exception as error:
        raise BrokenInvocationError(f"the invocation broke: {error!r}") from error


def _with_small_initials(api: FunctionUrl) -> dict[str, object] | None:
    """Give the CORS configuration with an HTTP API's keys; templates may have flags as text."""
    if api.cors is None:
        return None
    settings = {name[:1].lower() + name[1:]: value for name, value in api.cors.items()}
    return {**settings, "allowCredentials": str(settings.get("allowCredentials")).lower() == "true"}


def _with_ids(response: Response, ids: RequestIds) -> Response:
    """Add the headers that are on every answer (U24)."""
    added = (("x-amzn-RequestId", ids.request_id), ("X-Amzn-Trace-Id", ids.answer_trace))
    return response.with_headers((*response.headers, *added))
