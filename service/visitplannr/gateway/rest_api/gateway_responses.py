"""The answers that the gateway makes itself, and the error that asks for one (api-gateway.md X1).

Each response type has a default status, error type, message and body template; the API's document
may replace status, headers and template of a type, or of all types of a class with DEFAULT_4XX and
DEFAULT_5XX.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.request import Headers, RefusedError, Request, Response
from visitplannr.gateway.rest_api.mapping import mapped_headers, of_request

_DOCUMENT_KEY = "x-amazon-apigateway-gateway-responses"
_HEADER_PREFIX = "gatewayresponse.header."
_TEMPLATE = '{"message":$context.error.messageString}'
_CAPITAL_TEMPLATE = '{"Message":$context.error.messageString}'
_SPACED_TEMPLATE = '{"message": $context.error.messageString}'
_VARIABLE = re.compile(r"\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)|\$\{context\.([A-Za-z.]+)\}")


@dataclass(frozen=True, slots=True)
class Default:
    """A gateway response as it is without configuration; its bytes are as recorded or reported.

    `configured_as` is AWS's name of its type, if it has not that of the member.
    """

    status: int
    error_type: str
    message: str | None
    template: str = _TEMPLATE
    content_type: str = "application/json"
    configured_as: str = ""


class GatewayResponse(Enum):
    """What the gateway can give; PAYLOAD_TOO_LARGE and the last five are not AWS's names."""

    ACCESS_DENIED = Default(
        403,
        "AccessDeniedException",
        "User is not authorized to access this resource",
        _CAPITAL_TEMPLATE,
    )
    AUTHORIZER_CONFIGURATION_ERROR = Default(500, "AuthorizerConfigurationException", None)
    AUTHORIZER_FAILURE = Default(500, "AuthorizerFailureException", "Internal server error")
    UNAUTHORIZED = Default(401, "UnauthorizedException", "Unauthorized")
    API_CONFIGURATION_ERROR = Default(500, "InternalServerErrorException", "Internal server error")
    BAD_REQUEST_BODY = Default(400, "BadRequestException", "Invalid request body")
    BAD_REQUEST_PARAMETERS = Default(400, "BadRequestException", "Missing required parameters")
    INTEGRATION_FAILURE = Default(
        502, "InternalServerErrorException", "Internal server error", _SPACED_TEMPLATE
    )
    INTEGRATION_TIMEOUT = Default(
        504, "InternalServerErrorException", "Endpoint request timed out", _SPACED_TEMPLATE
    )
    INVALID_SIGNATURE = Default(403, "InvalidSignatureException", None)
    INVALID_API_KEY = Default(403, "ForbiddenException", "Forbidden")
    MISSING_AUTHENTICATION_TOKEN = Default(
        403, "MissingAuthenticationTokenException", "Missing Authentication Token"
    )
    PAYLOAD_TOO_LARGE = Default(
        413,
        "BadRequestException",
        "HTTP content length exceeded 10485760 bytes.",
        "$context.error.message",
        "text; charset=utf-8",
    )
    QUOTA_EXCEEDED = Default(429, "LimitExceededException", "Limit Exceeded")
    THROTTLED = Default(429, "TooManyRequestsException", "Too Many Requests")
    UNSUPPORTED_MEDIA_TYPE = Default(415, "BadRequestException", "Unsupported Media Type")
    REQUEST_TOO_LARGE = Default(413, "BadRequestException", "Request Too Long", _SPACED_TEMPLATE)
    ENDPOINT_UNREACHABLE = Default(
        504,
        "InternalServerErrorException",
        "Network error communicating with endpoint",
        _SPACED_TEMPLATE,
        configured_as="INTEGRATION_FAILURE",
    )
    INCOMPLETE_SIGNATURE = Default(
        403, "IncompleteSignatureException", None, configured_as="INVALID_SIGNATURE"
    )
    HEADERS_TOO_LARGE = Default(431, "BadRequestException", "Request Header Too Long")
    NOT_IMPLEMENTED = Default(501, "NotImplementedException", "Not implemented locally")
    UNAVAILABLE = Default(503, "ServiceUnavailableException", "Service Unavailable")


class GatewayError(RefusedError):
    """Raise to answer with a gateway response; `explanation` is for the developer alone.

    `message` replaces the response's default one.
    """

    def __init__(
        self, response: GatewayResponse, explanation: str, message: str | None = None
    ) -> None:
        super().__init__(explanation)
        self.response = response
        self.explanation = explanation
        self.message = message or response.value.message


@dataclass(frozen=True, slots=True)
class _Configured:
    status: int | None
    headers: Mapping[str, Any]
    template: str | None


class GatewayResponses:
    """Renders gateway responses as an API's OpenAPI document configures them."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._configured = {
            name: _configured(settings or {})
            for name, settings in document.get(_DOCUMENT_KEY, {}).items()
        }

    def render(self, error: GatewayError, request: Request, ids: RequestIds) -> Response:
        """Make the answer to an error: the type's configuration, else its class's, else default."""
        default = error.response.value
        family = f"DEFAULT_{default.status // 100}XX"
        name = default.configured_as or error.response.name
        found = self._configured.get(name) or self._configured.get(family)
        status = (found.status if found else None) or default.status
        template = (found.template if found else None) or default.template
        custom: Headers = (
            mapped_headers(found.headers, _HEADER_PREFIX, partial(of_request, request))
            if found
            else ()
        )
        named = {name.lower() for name, _ in custom}
        content_type = () if "content-type" in named else (("Content-Type", default.content_type),)
        error_type = ("x-amzn-ErrorType", default.error_type)
        body = _VARIABLE.sub(
            lambda match: _variables(error, request, ids).get(match[1] or match[2], ""), template
        )
        return Response(status, (*content_type, error_type, *custom), body.encode())


def _configured(settings: Mapping[str, Any]) -> _Configured:
    templates = settings.get("responseTemplates") or {}
    status = settings.get("statusCode")
    return _Configured(
        status=int(status) if status else None,
        headers=settings.get("responseParameters") or {},
        template=templates.get("application/json"),
    )


def _variables(error: GatewayError, request: Request, ids: RequestIds) -> Mapping[str, str]:
    return {
        "error.message": error.message or "null",
        "error.messageString": json.dumps(error.message),
        "error.responseType": error.response.name,
        "extendedRequestId": ids.extended_request_id,
        "httpMethod": request.method,
        "identity.sourceIp": request.source_ip,
        "path": request.path,
        "requestId": ids.request_id,
    }
