"""Whether an API may invoke the function behind a route: by a permission, or as a role (X13).

API Gateway guide, "Control access to a REST API with IAM permissions".
"""

import re
from collections.abc import Awaitable, Callable

from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.method_policy import stage_arn
from visitplannr.model.access import Access, AccessRefusedError, Invocation
from visitplannr.model.application import Api, WebSocketApi
from visitplannr.model.invocation import InvocationError
from visitplannr.model.routes import Route

Permit = Callable[[Route, Exchange], Awaitable[None]]
"""Raises `NotPermittedError` if the exchange's function may not be invoked for a route."""

_PARAMETER = re.compile(r"\{[^}]*\}")
_CALLER = re.compile(r"arn:[\w-]+:iam::\*:user/\*")


class NotPermittedError(InvocationError):
    """Raise where the function's own policy, or the integration's role, does not allow it."""


async def everybody(_route: Route, _exchange: Exchange) -> None:
    """Permit everything."""


def permission_of(api: Api, access: Access | None) -> Permit:
    """Make what asks for the functions of an API; without `access` nobody is asked."""
    if access is None:
        return everybody

    async def permit(route: Route, exchange: Exchange) -> None:
        asked = _invocation(api, route, exchange)
        try:
            await access.invoke(asked)
        except AccessRefusedError as error:
            raise NotPermittedError(f"{route} may not invoke {asked.function}: {error}") from error

    return permit


def _invocation(api: Api, route: Route, exchange: Exchange) -> Invocation:
    function, credentials = exchange.function or "", str(route.integration.get("credentials") or "")
    if _CALLER.fullmatch(credentials):
        context = (exchange.event or {}).get("requestContext") or {}
        if key := (context.get("identity") or {}).get("accessKey"):
            return Invocation(function, signer=key)
    elif credentials:
        return Invocation(function, role=credentials)
    return Invocation(function, sources=tuple(_sources(api, route, exchange.request.method)))


def _sources(api: Api, route: Route, method: str) -> list[str]:
    """Name a route as permissions do: parameters as they are, or as wildcards."""
    stage, resource = stage_arn(api), route.resource
    if isinstance(api, WebSocketApi) or not resource.startswith("/"):
        return [f"{stage}/{resource}"]
    written = f"{stage}/{method}{resource}"
    wild = f"{stage}/{method}{_PARAMETER.sub('*', resource)}"
    return [wild] if wild == written else [wild, written]
