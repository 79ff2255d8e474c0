"""What selection expressions of HTTP APIs find: in a request, an answer, the context (H70)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from visitplannr.gateway.http_api.event_v1 import build_event
from visitplannr.gateway.http_api.parameter_mapping import at_path
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.request import Response
from visitplannr.gateway.routing import Match
from visitplannr.model.application import HttpApi

_BODY_LIMIT = 100 * 1024  # more of a body is not looked at for a path in it


class RequestSelector:
    """Gives what a request has; `authorizer` is what its authorizer said."""

    def __init__(self, match: Match, api: HttpApi, ids: RequestIds, authorizer: Any = None) -> None:
        self._match = match
        self._api = api
        context = build_event(match, api, ids)["requestContext"]
        self._context = {**context, "routeKey": str(match.route), "authorizer": authorizer}

    def __call__(self, selector: str) -> str | None:
        """Give the value of e.g. `request.header.x`; None where there is none."""
        place, _, name = selector.partition(".")
        if place == "request":
            return self._of_request(name)
        if place == "stageVariables":
            return self._api.stage_variables.get(name)
        return _text(_within(self._context, name)) if place == "context" else None

    def _of_request(self, name: str) -> str | None:
        request, (place, _, rest) = self._match.request, name.partition(".")
        if place == "header":
            return _joined(v for n, v in request.headers if n.lower() == rest.lower())
        if place == "querystring":
            return _joined(parse_qs(request.query, keep_blank_values=True).get(rest, []))
        if place == "path":
            return self._match.path_parameters.get(rest) if rest else request.path
        return _of_body(request.body, name) if place.startswith("body") else None


class AnswerSelector:
    """Gives what an integration's answer has; context and stage variables are the request's."""

    def __init__(self, response: Response, request: RequestSelector) -> None:
        self._response = response
        self._request = request

    def __call__(self, selector: str) -> str | None:
        """Give the value of e.g. `response.header.x`; None where there is none."""
        place, _, name = selector.partition(".")
        if place != "response":
            return None if place == "request" else self._request(selector)
        if name.startswith("header."):
            wanted = name.removeprefix("header.").lower()
            return _joined(v for n, v in self._response.headers if n.lower() == wanted)
        return _of_body(self._response.body, name) if name.startswith("body") else None


def _of_body(body: bytes, name: str) -> str | None:
    path = name.removeprefix("body")
    if not path:
        return body.decode("utf-8", errors="replace")
    return at_path(body[:_BODY_LIMIT].decode("utf-8", errors="replace"), path)


def _within(context: Mapping[str, Any], name: str) -> Any:
    value: Any = context
    for part in name.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


def _joined(values: Any) -> str | None:
    found = list(values)
    return ",".join(found) if found else None
