"""The answers that the gateway makes itself (api-gateway.md X1), and the error that asks for it."""

import json
from dataclasses import dataclass
from enum import Enum

from service.gateway.request import Response


@dataclass(frozen=True, slots=True)
class Default:
    """A gateway response as it is without configuration. `body` is exact to the byte."""

    status: int
    error_type: str
    body: str
    content_type: str = "application/json"


def _message(text: str) -> str:
    return json.dumps({"message": text}, separators=(",", ":"))


class GatewayResponse(Enum):
    """The response types that the gateway can give; values are their defaults."""

    API_CONFIGURATION_ERROR = Default(
        500, "InternalServerErrorException", _message("Internal server error")
    )
    BAD_REQUEST_BODY = Default(400, "BadRequestException", _message("Invalid request body"))
    HEADERS_TOO_LARGE = Default(431, "BadRequestException", _message("Request Header Too Long"))
    INTEGRATION_FAILURE = Default(
        502, "InternalServerErrorException", '{"message": "Internal server error"}'
    )
    INTEGRATION_TIMEOUT = Default(
        504, "InternalServerErrorException", '{"message": "Endpoint request timed out"}'
    )
    MISSING_AUTHENTICATION_TOKEN = Default(
        403, "MissingAuthenticationTokenException", _message("Missing Authentication Token")
    )
    NOT_IMPLEMENTED = Default(501, "NotImplementedException", _message("Not implemented locally"))
    PAYLOAD_TOO_LARGE = Default(
        413,
        "BadRequestException",
        "HTTP content length exceeded 10485760 bytes.",
        "text; charset=utf-8",
    )
    REQUEST_TOO_LARGE = Default(413, "BadRequestException", '{"message": "Request Too Long"}')
    UNAVAILABLE = Default(503, "ServiceUnavailableException", _message("Service Unavailable"))


class GatewayError(Exception):
    """Raise to answer with a gateway response; `explanation` is for the developer alone."""

    def __init__(self, response: GatewayResponse, explanation: str) -> None:
        super().__init__(explanation)
        self.response = response
        self.explanation = explanation


def render(response: GatewayResponse) -> Response:
    """Make the default answer of a gateway response."""
    default = response.value
    headers = (("Content-Type", default.content_type), ("x-amzn-ErrorType", default.error_type))
    return Response(default.status, headers, default.body.encode())
