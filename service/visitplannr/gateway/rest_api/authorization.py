"""The authorization step: ask the route's Lambda authorizer or user pool, or remember it."""

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from visitplannr.gateway.decision_cache import DecisionCache
from visitplannr.gateway.decisions import Decision
from visitplannr.gateway.method_policy import method_arn, verdict_on
from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.authorizers import (
    Authorizer,
    authorizer_of,
    authorizers_of,
    decision_of,
    enforce,
    identity,
    misconfigured,
)
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.gateway.stage import KeysOf
from visitplannr.iam.document import PolicyError
from visitplannr.iam.evaluation import Verdict
from visitplannr.model.application import RestApi
from visitplannr.model.invocation import InvocationError, Invoke
from visitplannr.model.routes import Route

if TYPE_CHECKING:
    from visitplannr.gateway.rest_api.user_pools import User, UserPoolAuthorizer


class Authorization:
    """Authorises the requests of one API stage."""

    def __init__(
        self,
        api: RestApi,
        routes: tuple[Route, ...],
        invoke: Invoke,
        keys_of: KeysOf,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._invoke = invoke
        self._now = now
        self._cache: DecisionCache[Decision] = DecisionCache(now)
        authorizers = authorizers_of(api)
        self._by_route = {route: authorizer_of(route, authorizers) for route in routes}
        self._user_pools = _user_pools(api, keys_of)

    async def authorise(
        self, route: Route, request: Request, event: Mapping[str, Any]
    ) -> "Decision | User | None":
        """Say who may make a request, and why; None on an open route.

        Raises:
            GatewayError: 401, 403, or 500 where the authorizer itself is at fault.
        """
        if authorizer := self._by_route[route]:
            return await self._decided(authorizer, request, event)
        for name, scopes in route.security:
            if name in self._user_pools:
                return await self._user_pools[name].authorise(request, scopes)
        return None

    async def _decided(
        self, authorizer: Authorizer, request: Request, event: Mapping[str, Any]
    ) -> Decision:
        who = identity(authorizer, request, self._api)
        arn = method_arn(self._api, request)
        decision = self._cache.get(authorizer.name, who)
        if decision is None:
            decision = await self._ask(authorizer, who, arn, event)
            self._cache.put(authorizer.name, who, decision, authorizer.ttl_seconds)
        epoch = event["requestContext"]["requestTimeEpoch"] / 1000
        verdict = self._verdict(authorizer, decision, arn, request, epoch)
        enforce(authorizer, verdict, arn)
        return decision

    async def _ask(
        self, authorizer: Authorizer, who: tuple[str, ...], arn: str, event: Mapping[str, Any]
    ) -> Decision:
        if authorizer.function is None:
            raise GatewayError(
                GatewayResponse.AUTHORIZER_CONFIGURATION_ERROR,
                f"{authorizer.name} has no function of this stack behind it",
            )
        began = self._now()
        payload = json.dumps(_authorizer_event(authorizer, who, arn, event)).encode()
        try:
            result = await self._invoke(authorizer.function, payload)
        except InvocationError as error:
            raise GatewayError(
                GatewayResponse.AUTHORIZER_FAILURE, f"{authorizer.name}: {error}"
            ) from error
        return decision_of(authorizer, result, int((self._now() - began) * 1000))

    def _verdict(
        self, authorizer: Authorizer, decision: Decision, arn: str, request: Request, epoch: float
    ) -> Verdict:
        try:
            return verdict_on(decision.policy, arn, self._api, request, epoch)
        except PolicyError as error:
            raise misconfigured(authorizer, f"its policy is wrong: {error}") from error


def _user_pools(api: RestApi, keys_of: KeysOf) -> "dict[str, UserPoolAuthorizer]":
    definitions = {
        name: definition
        for name, definition in (api.document.get("securityDefinitions") or {}).items()
        if definition.get("x-amazon-apigateway-authtype") == "cognito_user_pools"
    }
    if not definitions:
        return {}
    from visitplannr.gateway.rest_api.user_pools import (  # noqa: PLC0415 - takes long
        user_pool_authorizer,
    )

    return {
        name: user_pool_authorizer(name, definition, keys_of)
        for name, definition in definitions.items()
    }


def _authorizer_event(
    authorizer: Authorizer, who: tuple[str, ...], arn: str, event: Mapping[str, Any]
) -> dict[str, Any]:
    if authorizer.kind == "TOKEN":
        return {"type": "TOKEN", "methodArn": arn, "authorizationToken": who[0]}
    request = {key: event[key] for key in event if key not in {"body", "isBase64Encoded"}}
    return {"type": "REQUEST", "methodArn": arn, **request}
