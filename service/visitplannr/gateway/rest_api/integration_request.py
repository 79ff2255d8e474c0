"""From a method's request to what its integration is asked (api-gateway.md X60 to X67).

Content type and passthrough behaviour choose a mapping template; its result is the body. Headers,
query and the URI's parameters come from parameter mappings, and from what the template overrides.
"""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from visitplannr.gateway.media_types import is_binary
from visitplannr.gateway.request import Headers, Request
from visitplannr.gateway.rest_api.gateway_responses import GatewayError, GatewayResponse
from visitplannr.gateway.rest_api.headers import NEVER_SENT, NOT_PROXIED, is_signature
from visitplannr.gateway.rest_api.mapping import Values, mapped
from visitplannr.gateway.rest_api.method_request import MethodRequest
from visitplannr.gateway.rest_api.query import pairs_of
from visitplannr.model.rest_integrations import WHEN_NO_MATCH, WHEN_NO_TEMPLATES, RestIntegration

_JSON = "application/json"
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
_PARAMETER = re.compile(r"\{([\w.+-]+)\}")
_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


@dataclass(frozen=True, slots=True)
class IntegrationRequest:
    """What an integration is asked; `uri` has its parameters' values, `query` is not part of it."""

    method: str
    uri: str
    query: Headers
    headers: Headers
    body: bytes

    @property
    def url(self) -> str:
        """Give the URI with the query."""
        if not self.query:
            return self.uri
        return f"{self.uri}{'&' if '?' in self.uri else '?'}{urlencode(self.query)}"

    def header(self, name: str) -> str | None:
        """Give a header, its name in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)


def integration_request(integration: RestIntegration, asked: MethodRequest) -> IntegrationRequest:
    """Make the request to what is behind a method.

    Raises:
        GatewayError: UNSUPPORTED_MEDIA_TYPE, or what a template refuses.
    """
    proxied = integration.kind == "HTTP_PROXY"
    request = asked.request
    body = request.body if proxied else _body(integration, asked)
    method = request.method if integration.method == "ANY" else integration.method
    headers = _Headers(_proxied(request) if proxied else ())
    headers.set(_parameters(integration, "header", asked))
    headers.drop(NEVER_SENT.get(integration.kind, frozenset()))
    headers.complete(_defaults(integration, asked, method))
    own = pairs_of(request.query) if proxied else []
    query = _parameters(integration, "querystring", asked)
    path = _parameters(integration, "path", asked)
    return IntegrationRequest(
        method=method,
        uri=_filled(integration.uri, path, asked.api.stage_variables),
        query=(*own, *((name, value) for name, values in query.items() for value in values)),
        headers=headers.all(),
        body=b"" if method in _BODILESS and integration.kind.startswith("HTTP") else body,
    )


def template_for(integration: RestIntegration, content_type: str) -> str | None:
    """Choose the mapping template by the Content-Type; None: the body passes as it is.

    Raises:
        GatewayError: UNSUPPORTED_MEDIA_TYPE, the passthrough behaviour forbids that.
    """
    templates = integration.templates
    plain = content_type.partition(";")[0].strip().lower()
    template = templates.get(content_type) or templates.get(plain) or templates.get("$default")
    if isinstance(template, str):
        return template
    passes = integration.passthrough == WHEN_NO_MATCH or (
        integration.passthrough == WHEN_NO_TEMPLATES and not templates
    )
    if not passes:
        raise GatewayError(
            GatewayResponse.UNSUPPORTED_MEDIA_TYPE,
            f"no mapping template is for {content_type}, and passthroughBehavior is "
            f"{integration.passthrough} [X63]",
        )
    return None


def _body(integration: RestIntegration, asked: MethodRequest) -> bytes:
    content_type = asked.header("content-type") or _JSON
    template = template_for(integration, content_type)
    binary = is_binary(content_type, asked.api.binary_media_types)
    body = _converted(asked.request.body, integration.content_handling, binary)
    if template is None:
        return body
    return asked.variables.rendered(template, body.decode("utf-8", errors="replace")).encode()


def _converted(body: bytes, handling: str, binary: bool) -> bytes:  # noqa: FBT001
    """Convert a body as contentHandling says: bytes to base64, or back (X67)."""
    if binary and handling == "CONVERT_TO_TEXT":
        return base64.b64encode(body)
    if binary or handling != "CONVERT_TO_BINARY":
        return body
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        reason = f"the body is to be bytes, and is no base64: {error} [X67]"
        raise GatewayError(GatewayResponse.API_CONFIGURATION_ERROR, reason) from None


class _Headers:
    """Headers that are set one after the other; names have no case."""

    def __init__(self, pairs: Headers) -> None:
        self._values: dict[str, tuple[str, Values]] = {}
        for name, value in pairs:
            before = self._values.get(name.lower(), (name, ()))[1]
            self._values[name.lower()] = name, (*before, value)

    def set(self, given: Mapping[str, Values]) -> None:
        """Put values in the place of those there are."""
        self._values.update({name.lower(): (name, values) for name, values in given.items()})

    def complete(self, given: Mapping[str, str]) -> None:
        """Add what is not there."""
        for name, value in given.items():
            self._values.setdefault(name.lower(), (name, (value,)))

    def drop(self, names: Collection[str]) -> None:
        """Leave out what does not arrive, whoever has set it."""
        for name in names:
            self._values.pop(name, None)

    def all(self) -> Headers:
        return tuple((name, value) for name, values in self._values.values() for value in values)


def _parameters(
    integration: RestIntegration, place: str, asked: MethodRequest
) -> Mapping[str, Values]:
    """Give what mappings set in a place of the request, then what the template overrides there."""
    found = dict(mapped(integration.parameters, f"integration.request.{place}.", asked.source))
    override = asked.variables.override("requestOverride", place)
    return {**found, **{name: (str(value),) for name, value in override.items()}}


def _proxied(request: Request) -> Headers:
    return tuple(
        (name, value)
        for name, value in request.headers
        if name.lower() not in NOT_PROXIED and not is_signature(name, value)
    )


def _defaults(integration: RestIntegration, asked: MethodRequest, method: str) -> Mapping[str, str]:
    """Give the headers that API Gateway adds where nothing has set them (X65)."""
    api_id = asked.api.api_id
    defaults = {"Accept": _JSON, "User-Agent": f"AmazonAPIGateway_{api_id}"}
    sent = asked.header("content-type")
    if integration.kind.startswith("HTTP"):
        defaults["x-amzn-apigateway-api-id"] = api_id
        if sent and asked.request.method not in _BODILESS:
            defaults["Content-Type"] = sent
    elif method not in _BODILESS:
        defaults["Content-Type"] = sent or _JSON
    return defaults


def _filled(uri: str, path: Mapping[str, Values], variables: Mapping[str, str]) -> str:
    """Put stage variables and path parameters into a URI; an unknown one stays as it is."""
    uri = _STAGE_VARIABLE.sub(lambda found: str(variables.get(found[1], "")), uri)
    return _PARAMETER.sub(lambda found: path.get(found[1].removesuffix("+"), (found[0],))[0], uri)
