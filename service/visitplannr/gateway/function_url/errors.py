"""The answers that a function URL makes itself (function-url.md U40 to U43)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from visitplannr.gateway.integration import BrokenInvocationError, FunctionFailedError
from visitplannr.gateway.limits import BodyTooLargeError, HeadTooLargeError
from visitplannr.gateway.proxy_response import MalformedResponseError, UndecodableBodyError
from visitplannr.gateway.request import RefusedError, Response
from visitplannr.gateway.routing import NoRouteError
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    NotRunError,
    PayloadTooLargeError,
    ThrottledError,
)

_JSON = (("Content-Type", "application/json"),)
_TOO_LARGE = "Request must be smaller than 6291456 bytes for the InvokeFunction operation"


class ForbiddenError(RefusedError):
    """Raise for a request that may not come in."""


class SignatureError(RefusedError):
    """Raise for a signature that is not valid; the client is told which error of AWS's that is."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer; its message is JSON, a failure's a bare text. `rule` is for the developer."""

    status: int
    message: str | None
    rule: str = ""
    error_type: str | None = None

    def response(self) -> Response:
        """Make the answer."""
        typed = (("x-amzn-ErrorType", self.error_type),) if self.error_type else ()
        if self.status == _FAILED:
            return Response(self.status, _JSON, str(self.message).encode())
        body = json.dumps({"Message": self.message}, separators=(",", ":"))
        return Response(self.status, (*_JSON, *typed), body.encode())


_FAILED = 502
_BROKEN = Refusal(_FAILED, "Internal Server Error", " [U40]")
_LARGE = Refusal(413, _TOO_LARGE, " [U42]", "RequestTooLargeException")
_REFUSALS: Mapping[type[Exception], Refusal] = {
    ForbiddenError: Refusal(403, "Forbidden", "", "AccessDeniedException"),
    NoRouteError: Refusal(403, None, " [U44]", "AccessDeniedException"),
    BodyTooLargeError: _LARGE,
    PayloadTooLargeError: _LARGE,
    HeadTooLargeError: Refusal(431, "Request Header Fields Too Large", " [U42]"),
    ThrottledError: Refusal(429, "Rate Exceeded.", " [U41]", "TooManyRequestsException"),
    FunctionNotFoundError: _BROKEN,
    FunctionFailedError: _BROKEN,
    MalformedResponseError: _BROKEN,
    UndecodableBodyError: _BROKEN,
    BrokenInvocationError: _BROKEN,
}
_UNAVAILABLE = Refusal(503, "Service Unavailable")


def refusal(error: Exception) -> tuple[Response, str]:
    """Give the client's answer to whatever stopped a request, and the developer's explanation."""
    if isinstance(error, NotRunError):
        return Refusal(501, str(error)).response(), str(error)
    if isinstance(error, SignatureError):
        body = json.dumps({"message": str(error)}, separators=(",", ":"))
        headers = (*_JSON, ("x-amzn-ErrorType", error.error_type))
        return Response(403, headers, body.encode()), f"{error} [U13]"
    found = _REFUSALS.get(type(error), _UNAVAILABLE)
    return found.response(), f"{error}{found.rule}"
