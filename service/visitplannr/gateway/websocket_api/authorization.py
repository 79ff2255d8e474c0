"""Who may connect: `$connect` alone has an authorizer (websocket.md W30 to W34)."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from visitplannr.gateway.decisions import (
    Decision,
    NoDecisionError,
    UnauthorizedError,
    read_decision,
)
from visitplannr.gateway.declared import AUTHORIZER, AUTHTYPE, SIGV4, mapping
from visitplannr.gateway.method_policy import stage_arn, verdict_on
from visitplannr.gateway.request import Request
from visitplannr.gateway.signatures import signed_by
from visitplannr.gateway.websocket_api.errors import HandshakeError
from visitplannr.gateway.websocket_api.selection import CONNECT
from visitplannr.iam.document import PolicyError
from visitplannr.iam.evaluation import Verdict
from visitplannr.model.application import WebSocketApi
from visitplannr.model.invocation import InvocationError, Invoke
from visitplannr.model.routes import Route

Event = Mapping[str, Any]
_OBJECTS = ("queryStringParameters", "multiValueQueryStringParameters", "stageVariables")


class Authorization:
    """Authorises the handshakes of one stage."""

    def __init__(self, api: WebSocketApi, invoke: Invoke) -> None:
        self._api = api
        self._invoke = invoke
        self._arn = f"{stage_arn(api)}/{CONNECT}"
        components = mapping(api.document.get("components"))
        self._schemes = mapping(components.get("securitySchemes"))

    async def authorise(
        self, route: Route, request: Request, event: Event
    ) -> Mapping[str, Any] | None:
        """Give `requestContext.authorizer` of all events of the connection; None without one.

        Raises:
            HandshakeError: 401, 403, or 500 where the authorizer itself is at fault.
        """
        for name in (name for item in route.operation.get("security") or () for name in item):
            scheme = mapping(self._schemes.get(name))
            if scheme.get(AUTHTYPE) == SIGV4 and signed_by(request) is None:
                raise HandshakeError(403, "the handshake is not signed [W33]")
            if settings := mapping(scheme.get(AUTHORIZER)):
                self._check_identity(name, settings, request)
                return await self._ask(name, request, event)
        return None

    def _check_identity(self, name: str, settings: Mapping[str, Any], request: Request) -> None:
        given = settings.get("identitySource") or ()
        sources = given.split(",") if isinstance(given, str) else given
        missing = [one for one in sources if not self._value(str(one).strip(), request)]
        if missing:
            said = ", ".join(map(str, missing))
            raise HandshakeError(401, f"{name}: the handshake has no {said} [W31]")

    def _value(self, source: str, request: Request) -> str | None:
        place, _, name = source.rpartition(".")
        if place == "route.request.header":
            return request.header(name.lower())
        if place == "route.request.querystring":
            return parse_qs(request.query).get(name, [None])[-1]
        if place in {"stageVariables", "$stageVariables"}:
            return self._api.stage_variables.get(name)
        return source  # of the context: every request has it

    async def _ask(self, name: str, request: Request, event: Event) -> Mapping[str, Any]:
        function = self._api.authorizers.get(name)
        if function is None:
            raise HandshakeError(500, f"{name}: no function of this stack is behind it [W32]")
        decision = await self._decision(name, function, event)
        if self._verdict(name, decision, request, event) is not Verdict.ALLOW:
            raise HandshakeError(403, f"{name} does not allow {self._arn} [W32]")
        return decision.request_context()

    async def _decision(self, name: str, function: str, event: Event) -> Decision:
        began = time.monotonic()
        payload = {"type": "REQUEST", "methodArn": self._arn, **_without_body(event)}
        try:
            result = await self._invoke(function, json.dumps(payload).encode())
            return read_decision(result, int((time.monotonic() - began) * 1000))
        except UnauthorizedError as error:
            raise HandshakeError(401, f"{name}: {error} [W32]") from error
        except (InvocationError, NoDecisionError) as error:
            raise HandshakeError(500, f"{name}: {error} [W32]") from error

    def _verdict(self, name: str, decision: Decision, request: Request, event: Event) -> Verdict:
        epoch = event["requestContext"]["requestTimeEpoch"] / 1000
        try:
            return verdict_on(decision.policy, self._arn, self._api, request, epoch)
        except PolicyError as error:
            raise HandshakeError(500, f"{name}: its policy is wrong: {error} [W32]") from error


def _without_body(event: Event) -> dict[str, Any]:
    """Give the event of a handshake with empty objects for what is absent."""
    return {
        **{name: {} for name in _OBJECTS},
        **{key: event[key] for key in event if key != "isBase64Encoded"},
    }
