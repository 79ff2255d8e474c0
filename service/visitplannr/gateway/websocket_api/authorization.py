"""Who may connect: `$connect` alone has an authorizer (websocket.md W30 to W34)."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from visitplannr.gateway.declared import AUTHORIZER, AUTHTYPE, SIGV4, mapping
from visitplannr.gateway.request import Request
from visitplannr.gateway.signatures import signed_by
from visitplannr.gateway.websocket_api.errors import HandshakeError
from visitplannr.gateway.websocket_api.selection import CONNECT
from visitplannr.iam.context import Origin
from visitplannr.iam.document import PolicyError
from visitplannr.iam.evaluation import Verdict, evaluate
from visitplannr.model.application import WebSocketApi
from visitplannr.model.invocation import InvocationError, InvocationResult, Invoke
from visitplannr.model.routes import Route

Event = Mapping[str, Any]
_OBJECTS = ("queryStringParameters", "multiValueQueryStringParameters", "stageVariables")


class Authorization:
    """Authorises the handshakes of one stage."""

    def __init__(self, api: WebSocketApi, invoke: Invoke) -> None:
        self._api = api
        self._invoke = invoke
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
        began = time.monotonic()
        payload = {"type": "REQUEST", "methodArn": self._arn, **_without_body(event)}
        try:
            result = await self._invoke(function, json.dumps(payload).encode())
        except InvocationError as error:
            raise HandshakeError(500, f"{name}: {error} [W32]") from error
        answer = _answer(name, result)
        if self._verdict(name, answer, request) is not Verdict.ALLOW:
            raise HandshakeError(403, f"{name} does not allow {self._arn} [W32]")
        context = mapping(answer.get("context"))
        return {
            **{key: _text(value) for key, value in context.items()},
            "principalId": str(answer.get("principalId", "")),
            "integrationLatency": int((time.monotonic() - began) * 1000),
        }

    @property
    def _arn(self) -> str:
        api = self._api
        place = f"{api.region}:{api.account_id}:{api.api_id}"
        return f"arn:aws:execute-api:{place}/{api.stage}/{CONNECT}"

    def _verdict(self, name: str, answer: Mapping[str, Any], request: Request) -> Verdict:
        origin = Origin(
            account=self._api.account_id,
            region=self._api.region,
            time=time.time(),
            source_ip=request.source_ip,
            user_agent=request.header("user-agent") or "",
        )
        try:
            return evaluate(answer["policyDocument"], self._arn, origin)
        except PolicyError as error:
            raise HandshakeError(500, f"{name}: its policy is wrong: {error} [W32]") from error


def _answer(name: str, result: InvocationResult) -> Mapping[str, Any]:
    try:
        answer = json.loads(result.payload)
    except ValueError:
        answer = None
    if result.function_error:
        message = answer.get("errorMessage") if isinstance(answer, dict) else None
        if message == "Unauthorized":
            raise HandshakeError(401, f'{name}: its function raised "Unauthorized" [W32]')
        raise HandshakeError(500, f"{name}: its function failed: {message} [W32]")
    if not isinstance(answer, dict) or not isinstance(answer.get("policyDocument"), dict):
        raise HandshakeError(500, f"{name}: its answer has no policyDocument [W32]")
    return answer


def _without_body(event: Event) -> dict[str, Any]:
    """Give the event of a handshake with empty objects for what is absent."""
    return {
        **{name: {} for name in _OBJECTS},
        **{key: event[key] for key in event if key != "isBase64Encoded"},
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
