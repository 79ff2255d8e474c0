"""The authorization step of an HTTP API: the route's JWT or Lambda authorizer, or none."""

import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from visitplannr.gateway.decision_cache import DecisionCache
from visitplannr.gateway.http_api import event_v1, event_v2
from visitplannr.gateway.http_api.identity_sources import identity
from visitplannr.gateway.http_api.lambda_authorizer import LambdaAuthorizer
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.method_policy import method_arn, verdict_on
from visitplannr.gateway.routing import Match
from visitplannr.gateway.stage import KeysOf, ask_the_issuer
from visitplannr.model.application import HttpApi
from visitplannr.model.invocation import InvocationError, Invoke

if TYPE_CHECKING:
    from visitplannr.gateway.http_api.jwt_authorizer import JwtAuthorizer

_DEFAULT_SOURCE = "$request.header.Authorization"


class Authorization:
    """Authorises the requests of one stage."""

    def __init__(
        self,
        api: HttpApi,
        invoke: Invoke,
        keys_of: KeysOf,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._invoke = invoke
        self._authorizers = authorizers_of(api, keys_of)
        self._answers: DecisionCache[Mapping[str, Any]] = DecisionCache(now)

    async def authorise(self, match: Match, ids: RequestIds) -> dict[str, Mapping[str, Any]] | None:
        """Give {"jwt": …} or {"lambda": …} for an allowed request; None on an open route.

        Raises:
            HttpApiError: 401, 403, or 500 where the authorizer itself is at fault.
        """
        for name, scopes in match.route.security:
            authorizer = self._authorizers.get(name)
            if authorizer is None:
                continue
            who = identity(name, authorizer.sources, match, self._api)
            if isinstance(authorizer, LambdaAuthorizer):
                return {"lambda": await self._ask(authorizer, who, match, ids)}
            return {"jwt": await authorizer.authorise(who[0], scopes)}
        return None

    async def _ask(
        self,
        authorizer: LambdaAuthorizer,
        who: tuple[str, ...],
        match: Match,
        ids: RequestIds,
    ) -> Mapping[str, Any]:
        arn = method_arn(self._api, match.request)
        answer = self._answers.get(authorizer.name, who)
        if answer is None:
            if authorizer.function is None:
                raise authorizer.misconfigured("no function of this stack is behind it")
            build = (event_v2 if authorizer.payload_format == "2.0" else event_v1).build_event
            event = authorizer.event(who, arn, build(match, self._api, ids))
            try:
                result = await self._invoke(authorizer.function, json.dumps(event).encode())
            except InvocationError as error:
                raise authorizer.misconfigured(str(error)) from error
            answer = authorizer.answer(result)
            self._answers.put(authorizer.name, who, answer, authorizer.ttl_seconds)
        evaluate = partial(
            verdict_on, arn=arn, api=self._api, request=match.request, epoch=ids.epoch
        )
        return authorizer.context(answer, arn, evaluate)


def authorizers_of(
    api: HttpApi, keys_of: KeysOf = ask_the_issuer
) -> "dict[str, JwtAuthorizer | LambdaAuthorizer]":
    """Read an API's JWT and Lambda authorizers from its document: name → authorizer."""
    found: dict[str, JwtAuthorizer | LambdaAuthorizer] = {}
    schemes = (api.document.get("components") or {}).get("securitySchemes") or {}
    for name, scheme in schemes.items():
        settings = scheme.get("x-amazon-apigateway-authorizer") or {}
        match str(settings.get("type", "")).lower():
            case "jwt":
                found[name] = _jwt_authorizer(name, settings, keys_of)
            case "request":
                found[name] = LambdaAuthorizer(
                    name=name,
                    sources=_sources(settings, ""),
                    function=api.authorizers.get(name),
                    payload_format=str(settings.get("authorizerPayloadFormatVersion", "2.0")),
                    simple=settings.get("enableSimpleResponses") is True,
                    ttl_seconds=_ttl(settings.get("authorizerResultTtlInSeconds")),
                )
    return found


def _jwt_authorizer(name: str, settings: Mapping[str, Any], keys_of: KeysOf) -> "JwtAuthorizer":
    from visitplannr.gateway.http_api.jwt_authorizer import JwtAuthorizer  # noqa: PLC0415 - takes long
    from visitplannr.gateway.token_issuer import TokenIssuer  # noqa: PLC0415 - takes long

    configured = settings.get("jwtConfiguration") or {}
    issuer = str(configured.get("issuer", ""))
    return JwtAuthorizer(
        name=name,
        sources=_sources(settings, _DEFAULT_SOURCE),
        issuer=TokenIssuer(issuer, keys_of(issuer)),
        audience=tuple(configured.get("audience") or ()),
    )


def _ttl(given: Any) -> int:
    """Read a time to live, which templates may have as text; without one, nothing is kept."""
    text = str(given)
    return int(text) if text.isdecimal() else 0


def _sources(settings: Mapping[str, Any], default: str) -> tuple[str, ...]:
    given = settings.get("identitySource") or default
    listed = given if isinstance(given, list) else given.split(",")
    return tuple(source.strip() for source in listed if source.strip())
