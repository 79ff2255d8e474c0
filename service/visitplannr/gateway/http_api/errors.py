"""The answers that an HTTP API makes itself: a status and its text as JSON, without a space."""

import json
from collections.abc import Mapping

from visitplannr.gateway.integration import (
    BrokenInvocationError,
    FunctionFailedError,
    IntegrationTimeoutError,
    UnsupportedIntegrationError,
)
from visitplannr.gateway.invoke_permission import NotPermittedError
from visitplannr.gateway.limits import BodyTooLargeError, HeadTooLargeError
from visitplannr.gateway.proxy_response import MalformedResponseError, UndecodableBodyError
from visitplannr.gateway.request import Headers, RefusedError, Response
from visitplannr.gateway.routing import NoRouteError
from visitplannr.gateway.throttling import RouteThrottledError
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    NotRunError,
    PayloadTooLargeError,
    ThrottledError,
)

_MESSAGES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}
_REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    BodyTooLargeError: (413, " [H61]"),
    HeadTooLargeError: (431, " [H61]"),
    NoRouteError: (404, " [H32]"),
    RouteThrottledError: (429, " [H60]"),
    BrokenInvocationError: (500, " [H62]"),
    FunctionFailedError: (500, " [H62]"),
    FunctionNotFoundError: (500, " [H62]"),
    NotPermittedError: (500, " [H62]"),
    IntegrationTimeoutError: (503, " [H62]"),
    MalformedResponseError: (500, ""),
    UndecodableBodyError: (500, ""),
    PayloadTooLargeError: (413, " [H62]"),
    ThrottledError: (500, " [H62]"),
    UnsupportedIntegrationError: (501, " [H62]"),
}


class HttpApiError(RefusedError):
    """Raise to answer with a status of the gateway's own; `explanation` is for the developer.

    `message` replaces the status's text.
    """

    def __init__(
        self, status: int, explanation: str, headers: Headers = (), message: str | None = None
    ) -> None:
        super().__init__(explanation)
        self._message = message or _MESSAGES[status]
        self.explanation = explanation
        self._status = status
        self._headers = headers

    def response(self) -> Response:
        """Make the answer."""
        body = json.dumps({"message": self._message}, separators=(",", ":"))
        headers = (("Content-Type", "application/json"), *self._headers)
        return Response(self._status, headers, body.encode())


def as_http_api_error(error: Exception) -> HttpApiError:
    """Turn whatever stopped a request into the error that names the status of the answer."""
    if isinstance(error, HttpApiError):
        return error
    if isinstance(error, NotRunError):
        return HttpApiError(501, str(error), message=str(error))
    status, rule = _REFUSALS.get(type(error), (503, " [H62]"))
    return HttpApiError(status, f"{error}{rule}")
