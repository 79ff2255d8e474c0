"""The answers that the gateway makes itself, and the error that asks for one (api-gateway.md X1).

Each response type has a default status, error type, message and body template. What an API
configures of them is in rest_api/configured_responses.py.
"""

from dataclasses import dataclass
from enum import Enum

from visitplannr.gateway.request import RefusedError

_TEMPLATE = '{"message":$context.error.messageString}'
_CAPITAL_TEMPLATE = '{"Message":$context.error.messageString}'
_SPACED_TEMPLATE = '{"message": $context.error.messageString}'


@dataclass(frozen=True, slots=True)
class Default:
    """A gateway response as it is without configuration; its bytes are as recorded or reported.

    `configured_as` is AWS's name of its type, if it has not that of the member; None: nobody can
    configure it.
    """

    status: int
    error_type: str
    message: str | None
    template: str = _TEMPLATE
    content_type: str = "application/json"
    configured_as: str | None = ""


class GatewayResponse(Enum):
    """What the gateway can give; PAYLOAD_TOO_LARGE and the last seven are not AWS's names."""

    ACCESS_DENIED = Default(
        403,
        "AccessDeniedException",
        "User is not authorized to access this resource",
        _CAPITAL_TEMPLATE,
    )
    AUTHORIZER_CONFIGURATION_ERROR = Default(500, "AuthorizerConfigurationException", None)
    AUTHORIZER_FAILURE = Default(500, "AuthorizerFailureException", "Internal server error")
    UNAUTHORIZED = Default(401, "UnauthorizedException", "Unauthorized")
    API_CONFIGURATION_ERROR = Default(
        500, "InternalServerErrorException", "Internal server error", _SPACED_TEMPLATE
    )
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
        configured_as=None,
    )
    QUOTA_EXCEEDED = Default(429, "LimitExceededException", "Limit Exceeded")
    THROTTLED = Default(429, "TooManyRequestsException", "Too Many Requests")
    UNSUPPORTED_MEDIA_TYPE = Default(415, "BadRequestException", "Unsupported Media Type")
    REQUEST_TOO_LARGE = Default(
        413, "BadRequestException", "Request Too Long", _SPACED_TEMPLATE, configured_as=None
    )
    ENDPOINT_UNREACHABLE = Default(
        504,
        "InternalServerErrorException",
        "Network error communicating with endpoint",
        _SPACED_TEMPLATE,
        configured_as="INTEGRATION_FAILURE",
    )
    MALFORMED_URL = Default(400, "BadRequestException", "Bad Request")
    URI_TOO_LONG = Default(414, "BadRequestException", "Request URI too long")
    INCOMPLETE_SIGNATURE = Default(
        403, "IncompleteSignatureException", None, configured_as="INVALID_SIGNATURE"
    )
    HEADERS_TOO_LARGE = Default(431, "BadRequestException", "Request Header Too Long")
    NOT_IMPLEMENTED = Default(501, "NotImplementedException", "Not implemented locally")
    UNAVAILABLE = Default(503, "ServiceUnavailableException", "Service Unavailable")


class GatewayError(RefusedError):
    """Raise to answer with a gateway response; `explanation` is for the developer alone.

    `message` replaces the response's default one, `faults` are those of a body, if it is for them.
    """

    def __init__(
        self,
        response: GatewayResponse,
        explanation: str,
        message: str | None = None,
        faults: tuple[str, ...] = (),
    ) -> None:
        super().__init__(explanation)
        self.faults = faults
        self.response = response
        self.explanation = explanation
        self.message = message or response.value.message
