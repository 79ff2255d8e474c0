"""Parameter mappings of REST APIs: where a value comes from, and what no mapping may set.

Targets are `integration.request.header.NAME` and the like; a source is quoted text, or names a
place of the request, of the integration's answer, of the context or of the stage's variables.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from visitplannr.gateway.json_path import JsonPathError, json_path
from visitplannr.gateway.request import Headers, Request
from visitplannr.gateway.rest_api.query import values_of
from visitplannr.model.endpoints import EndpointAnswer

Values = tuple[str, ...]
Source = Callable[[str], Values]
_INTEGRATION_HEADER = "integration.request.header."
_FORBIDDEN_EVERYWHERE = frozenset(
    {"content-length", "transfer-encoding", "x-amzn-apigateway-api-id", "x-amzn-trace-id"}
)
_FORBIDDEN = _FORBIDDEN_EVERYWHERE | {
    "authorization",
    "connection",
    "expect",
    "proxy-authenticate",
    "te",
}


def forbidden_header(parameters: Mapping[str, Any], kind: str = "AWS_PROXY") -> str | None:
    """Find a header that no mapping may set, among an integration's request parameters (X15)."""
    forbidden = _FORBIDDEN_EVERYWHERE if kind.startswith("HTTP") else _FORBIDDEN
    names = (
        target.removeprefix(_INTEGRATION_HEADER)
        for target in parameters
        if target.startswith(_INTEGRATION_HEADER)
    )
    return next((name for name in names if name.lower() in forbidden), None)


def mapped(
    parameters: Mapping[str, Any], prefix: str, source: Source
) -> Iterator[tuple[str, Values]]:
    """Yield what the mappings to targets of a prefix give; what has no value is left out."""
    for target, given in parameters.items():
        if target.startswith(prefix) and isinstance(given, str) and (values := source(given)):
            yield target.removeprefix(prefix), values


def mapped_headers(parameters: Mapping[str, Any], prefix: str, source: Source) -> Headers:
    """Evaluate mappings to headers."""
    found = mapped(parameters, prefix, source)
    return tuple((name, value) for name, values in found for value in values)


def static(given: str) -> Values:
    """Give quoted text, whose quotes are not sent (api-gateway.md X40)."""
    quoted = len(given) >= 2 and given[0] == given[-1] == "'"
    return (given[1:-1],) if quoted else ()


class RequestSource:
    """Gives what a request has at a source; `event` is its proxy event."""

    def __init__(self, request: Request, event: Mapping[str, Any]) -> None:
        self._request = request
        self._event = event

    def __call__(self, given: str) -> Values:
        place, _, name = given.removeprefix("method.request.").partition(".")
        if given.startswith("method.request.") and place != "body":
            return self._parameter(place, name)
        if given.startswith("method.request.body"):
            text = self._request.body.decode("utf-8", errors="replace")
            return body_value(text, given.removeprefix("method.request.body"))
        return self.shared(given)

    def shared(self, given: str) -> Values:
        """Give what does not depend on the direction: quoted text, context, stage variables."""
        if given.startswith("stageVariables."):
            return _one((self._event["stageVariables"] or {}).get(given.partition(".")[2]))
        if given.startswith("context."):
            value: Any = self._event["requestContext"]
            for part in given.split(".")[1:]:
                value = value.get(part) if isinstance(value, Mapping) else None
            return _one(value)
        return static(given)

    def _parameter(self, place: str, name: str) -> Values:
        if place == "path":
            return _one((self._event["pathParameters"] or {}).get(name))
        if place in {"header", "multivalueheader"}:
            sent = self._header(name)
        else:
            sent = values_of(self._request.query, name)
        return tuple(sent if place.startswith("multivalue") else sent[-1:])

    def _header(self, name: str) -> list[str]:
        """Give the values of a header that goes further than to the gateway (E44)."""
        headers = self._event["multiValueHeaders"] or {}
        return [v for key, values in headers.items() if key.lower() == name.lower() for v in values]


class AnswerSource:
    """Gives what an integration's answer has at a source; the rest is the request's."""

    def __init__(self, answer: EndpointAnswer, request: RequestSource) -> None:
        self._answer = answer
        self._request = request

    def __call__(self, given: str) -> Values:
        place, _, name = given.removeprefix("integration.response.").partition(".")
        if not given.startswith("integration.response."):
            return self._request.shared(given)
        if place == "body":
            text = self._answer.body.decode("utf-8", errors="replace")
            return body_value(text, given.removeprefix("integration.response.body"))
        found = tuple(v for n, v in self._answer.headers if n.lower() == name.lower())
        return found if place == "multivalueheader" else found[-1:]


def body_value(text: str, path: str) -> Values:
    """Give a body, or what is at a path in it, such as `.a.b[0]`: JSON, unless it is text."""
    if not path:
        return (text,)
    try:
        return _one(json_path(f"${path}").find(json.loads(text)))
    except (JsonPathError, ValueError, RecursionError):
        return ()


def _one(value: Any) -> Values:
    if value is None:
        return ()
    return (value if isinstance(value, str) else json.dumps(value, separators=(",", ":")),)
