"""What answers for an HTTP API's routes that hand their events to no function (H64 to H69).

URLs (HTTP_PROXY) get the client's request as the parameter mappings leave it; operations of AWS
services get what the mappings name as parameters.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.gateway.endpoint import Endpoint
from visitplannr.gateway.event_parts import forwarded_headers
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.http_api.errors import HttpApiError
from visitplannr.gateway.http_api.parameter_mapping import (
    changed_request,
    changed_response,
    changes_of,
    value_of,
)
from visitplannr.gateway.http_api.selectors import AnswerSelector, RequestSelector
from visitplannr.gateway.request import Headers, Request, Response
from visitplannr.gateway.routing import Match
from visitplannr.gateway.stage import Event, GatewaySettings
from visitplannr.model.application import HttpApi
from visitplannr.model.endpoints import (
    EndpointAnswer,
    EndpointError,
    HttpCall,
    OperationCall,
    ParameterError,
    RoleError,
)
from visitplannr.model.http_integrations import SUBTYPES, subtype_of
from visitplannr.model.routes import Route

_PLACE = re.compile(r"\{([\w.-]+)\+?\}")
_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")
_NOT_FORWARDED = frozenset(
    {"connection", "content-length", "host", "keep-alive", "transfer-encoding", "upgrade"}
)
_NOT_RETURNED = frozenset(
    {"connection", "content-length", "date", "keep-alive", "transfer-encoding"}
)


def is_run(route: Route) -> bool:
    """Say whether a route has an integration that is answered here."""
    if route.is_private:
        return False
    if name := subtype_of(route):
        return name in SUBTYPES
    return route.integration_type == "HTTP_PROXY"


def has_mappings(route: Route) -> bool:
    """Say whether a route's integration changes the request or the answer."""
    integration = route.integration
    return bool(integration.get("requestParameters") or integration.get("responseParameters"))


def caller_of(event: Event) -> Any:
    """Give what an authorizer said, without the name of its kind, which format 2.0 has around."""
    found = event["requestContext"].get("authorizer")
    if isinstance(found, Mapping) and event.get("version") == "2.0":
        return next(iter(found.values()), None)
    return found


class Integrations:
    """Answers for the routes of one API that hand their events to no function."""

    def __init__(
        self, api: HttpApi, routes: tuple[Route, ...], settings: GatewaySettings, seconds: float
    ) -> None:
        self._api = api
        self._endpoint = Endpoint(settings.call)
        self._seconds = seconds
        self.routes = [route for route in routes if is_run(route)]

    async def answer(self, match: Match, event: Event, exchange: Exchange) -> Response:
        """Ask what is behind a route, and answer with what it gave.

        Raises:
            HttpApiError, IntegrationTimeoutError: it cannot be asked, or does not answer.
        """
        route = match.route
        select = RequestSelector(match, self._api, exchange.ids, caller_of(event))
        parameters = route.integration.get("requestParameters") or {}
        call: HttpCall | OperationCall
        if subtype_of(route):
            call = _operation_call(route, parameters, select)
        else:
            call = self._http_call(match, exchange, select)
        name = subtype_of(route) or str(route.integration.get("uri"))
        try:
            answer = await self._endpoint.call(call, name, route.seconds(self._seconds))
        except ParameterError as error:
            raise HttpApiError(400, f"{route}: {error} [H68]") from error
        except RoleError as error:
            raise HttpApiError(500, f"{route}: {error} [H69]") from error
        except EndpointError as error:
            raise HttpApiError(503, f"{route}: {name}: {error} [H65]") from error
        return mapped_response(route, _response(answer), select)

    def _http_call(self, match: Match, exchange: Exchange, select: RequestSelector) -> HttpCall:
        """Make the client's request to the URL, with what the mappings change of it."""
        integration = match.route.integration
        parameters = integration.get("requestParameters") or {}
        request = match.request
        asked = changed_request(request, changes_of(parameters, select))
        url = _filled(str(integration.get("uri") or ""), match.path_parameters, self._api)
        if asked.path != request.path:
            scheme, _, rest = url.partition("://")
            url = f"{scheme}://{rest.partition('/')[0]}{asked.path}"
        if asked.query:
            url = f"{url}{'&' if '?' in url else '?'}{asked.query}"
        method = str(integration.get("httpMethod") or "ANY").upper()
        return HttpCall(
            method=asked.method if method == "ANY" else method,
            url=url,
            headers=_forwarded(asked, exchange, request),
            body=asked.body,
        )


def mapped_response(route: Route, response: Response, select: RequestSelector) -> Response:
    """Change an answer as the response parameters for its status say."""
    given = (route.integration.get("responseParameters") or {}).get(str(response.status))
    if not isinstance(given, Mapping):
        return response
    return changed_response(response, changes_of(given, AnswerSelector(response, select)))


def _operation_call(
    route: Route, parameters: Mapping[str, Any], select: RequestSelector
) -> OperationCall:
    """Name the operation's parameters; what the request does not have is not sent.

    Raises:
        HttpApiError: 400, a parameter that the operation needs has no value.
    """
    subtype = SUBTYPES[subtype_of(route)]
    given = {
        name: value
        for name, expression in parameters.items()
        if (value := value_of(expression, select)) is not None
    }
    if missing := [name for name in subtype.required if not given.get(name)]:
        raise HttpApiError(400, f"{route}: {', '.join(missing)} has no value [H68]")
    role = route.integration.get("credentials")
    return OperationCall(
        service=subtype.service,
        operation=subtype.operation,
        parameters=subtype.parameters(given),
        role=role if isinstance(role, str) else None,
    )


def _filled(uri: str, path: Mapping[str, str], api: HttpApi) -> str:
    """Put stage variables and path parameters into a URI; an unknown one stays as it is."""
    uri = _STAGE_VARIABLE.sub(lambda found: str(api.stage_variables.get(found[1], "")), uri)
    return _PLACE.sub(lambda found: path.get(found[1], found[0]), uri)


def _forwarded(asked: Request, exchange: Exchange, request: Request) -> Headers:
    """Give the headers of the client's request, and those that the gateway adds (H66)."""
    host = request.header("host") or ""
    forwarded = f"by={request.source_ip};for={request.source_ip};host={host};proto={request.scheme}"
    passed = (
        (name, value)
        for name, value in forwarded_headers(asked, exchange.ids)
        if name.lower() not in _NOT_FORWARDED
    )
    return (*passed, ("Forwarded", forwarded), ("Via", "HTTP/1.1 AmazonAPIGateway"))


def _response(answer: EndpointAnswer) -> Response:
    return Response(answer.status, tuple(_returned(answer)), answer.body)


def _returned(answer: EndpointAnswer) -> Iterator[tuple[str, str]]:
    for name, value in answer.headers:
        if name.lower() not in _NOT_RETURNED:
            yield name, value
