"""The answers of a WebSocket API itself: to a handshake, and to a message that leads nowhere."""

import json
from collections.abc import Mapping

from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.integration import (
    FunctionFailedError,
    IntegrationTimeoutError,
    UnsupportedIntegrationError,
)
from visitplannr.gateway.limits import HeadTooLargeError
from visitplannr.gateway.proxy_response import MalformedResponseError
from visitplannr.gateway.request import RefusedError, Response
from visitplannr.model.access import UndecidedError
from visitplannr.model.endpoints import EndpointError
from visitplannr.model.invocation import InvocationError, NotRunError, ThrottledError

FORBIDDEN, INTERNAL = "Forbidden", "Internal server error"
_MESSAGES = {
    401: "Unauthorized",
    403: FORBIDDEN,
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
    504: "Endpoint request timed out",
}
_STATUSES: Mapping[type[Exception], int] = {
    FunctionFailedError: 502,
    HeadTooLargeError: 431,
    IntegrationTimeoutError: 504,
    MalformedResponseError: 502,
    NotRunError: 501,
    ThrottledError: 429,
    UndecidedError: 503,
    UnsupportedIntegrationError: 501,
}


class HandshakeError(RefusedError):
    """Raise to refuse a handshake with a status; the text is for the developer."""

    def __init__(self, status: int, explanation: str) -> None:
        super().__init__(explanation)
        self.status = status


def refusal(error: RefusedError | InvocationError | EndpointError) -> Response:
    """Make the answer to a handshake that does not become a connection (W4, W5)."""
    own = error.status if isinstance(error, HandshakeError) else None
    status = own or _STATUSES.get(type(error), 500)
    message = str(error) if isinstance(error, NotRunError) else _MESSAGES.get(status, INTERNAL)
    return as_json(status, {"message": message})


def as_json(status: int, body: Mapping[str, object]) -> Response:
    """Make an answer of JSON."""
    headers = (("Content-Type", "application/json"),)
    return Response(status, headers, json.dumps(body, separators=(",", ":")).encode())


def told(message: str, connection_id: str, ids: RequestIds) -> str:
    """Write what a client hears of a message that was not answered (W13, W14)."""
    found = {
        "message": message,
        "connectionId": connection_id,
        "requestId": ids.extended_request_id,
    }
    return json.dumps(found, separators=(",", ":"))
