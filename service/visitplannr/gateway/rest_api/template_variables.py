"""What a mapping template can use: `$input`, `$util`, `$context` and `$stageVariables` (X61, X62).

The names of methods are those of "Variables for data transformations for API Gateway".
"""

import base64
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from visitplannr.gateway.json_path import json_path
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.gateway.rest_api.velocity_values import JavaMap, VelocityError, to_java, written

Event = Mapping[str, Any]
_OVERRIDES: Event = {
    "requestOverride": {"header": {}, "querystring": {}, "path": {}},
    "responseOverride": {"header": {}},
}


class BodyError(ValueError):
    """The body that a template wants to read is no JSON."""


class TemplateVariables:
    """What the templates of one request share; `context` has what they override."""

    def __init__(self, event: Event) -> None:
        self.context = to_java({**event["requestContext"], **_OVERRIDES})
        self._stage_variables = to_java(event["stageVariables"] or {})
        self._params = to_java(
            {
                "path": event["pathParameters"] or {},
                "querystring": event["queryStringParameters"] or {},
                "header": event["headers"] or {},
            }
        )

    def rendered(self, template: str, body: str) -> str:
        """Evaluate a template for a body.

        Raises:
            GatewayError: it cannot be evaluated, or the body is no JSON.
        """
        from visitplannr.gateway.rest_api.velocity import render  # noqa: PLC0415 - takes long

        names = {
            "context": self.context,
            "input": Input(body, self._params),
            "stageVariables": self._stage_variables,
            "util": UTIL,
        }
        try:
            return render(template, names)
        except VelocityError as error:
            raise _refusal(error) from error

    def override(self, direction: str, place: str) -> Mapping[str, Any]:
        """Give what templates have set in a place of `requestOverride` or `responseOverride`."""
        found = (self.context.get(direction) or {}).get(place)
        return found if isinstance(found, Mapping) else {}


class Input:
    """`$input`: the body and the request's parameters."""

    def __init__(self, body: str, params: JavaMap) -> None:
        self.body = body or "{}"
        self._params = params

    def path(self, path: str) -> Any:
        """Give what is at a JSONPath; text without a letter where nothing is."""
        found = json_path(path).find(self._value)
        return "" if found is None else to_java(found)

    def json(self, path: str) -> str:
        """Give what is at a JSONPath as JSON."""
        found = json_path(path or "$").find(self._value)
        return json.dumps("" if found is None else found, ensure_ascii=False, separators=(",", ":"))

    def params(self, name: str | None = None) -> Any:
        """Give a parameter, by path, query and headers in this order; without a name all."""
        if name is None:
            return self._params
        for place in ("path", "querystring", "header"):
            if name in self._params[place]:
                return self._params[place][name]
        same = (key for key in self._params["header"] if key.lower() == name.lower())
        return self._params["header"].get(next(same, ""), "")

    @cached_property
    def _value(self) -> Any:
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise BodyError(str(error)) from error


def _decoded(text: Any) -> str:
    return base64.b64decode(written(text)).decode("utf-8", errors="replace")


def _escaped(value: Any) -> str:
    """Escape as JavaScript; a single quote, too, which JSON does not take back."""
    if value is None:
        return ""
    return json.dumps(written(value))[1:-1].replace("'", "\\'")


UTIL = {
    "base64Decode": _decoded,
    "base64Encode": lambda text: base64.b64encode(written(text).encode()).decode(),
    "escapeJavaScript": _escaped,
    "parseJson": lambda text: to_java(json.loads(text)),
    "urlDecode": lambda text: unquote_plus(written(text)),
    "urlEncode": lambda text: quote_plus(written(text)),
}


def _refusal(error: VelocityError) -> GatewayError:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, BodyError):
        cause = cause.__cause__
    if cause is None:
        return GatewayError(GatewayResponse.API_CONFIGURATION_ERROR, f"{error} [X60]")
    message = f"Could not parse request body into json: {cause}"
    return GatewayError(GatewayResponse.BAD_REQUEST_BODY, f"{message} [X61]", message)
