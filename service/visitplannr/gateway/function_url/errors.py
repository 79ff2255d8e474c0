"""The answers that a function URL makes itself (function-url.md U40 to U43)."""

import json
from collections.abc import Mapping

from visitplannr.gateway.integration import BrokenInvocationError, FunctionFailedError
from visitplannr.gateway.limits import BodyTooLargeError, HeadTooLargeError
from visitplannr.gateway.proxy_response import MalformedResponseError
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


# Status, message, and the rule that a developer is told of. Failures have a bare text as body.
_REFUSALS: Mapping[type[Exception], tuple[int, str, str]] = {
    ForbiddenError: (403, "Forbidden", ""),
    NoRouteError: (404, "Not Found", ""),
    BodyTooLargeError: (413, _TOO_LARGE, " [U42]"),
    PayloadTooLargeError: (413, _TOO_LARGE, " [U42]"),
    HeadTooLargeError: (431, "Request Header Fields Too Large", " [U42]"),
    ThrottledError: (429, "Rate Exceeded.", " [U41]"),
    FunctionNotFoundError: (502, "Internal Server Error", " [U40]"),
    FunctionFailedError: (502, "Internal Server Error", " [U40]"),
    MalformedResponseError: (502, "Internal Server Error", " [U40]"),
    BrokenInvocationError: (502, "Internal Server Error", " [U40]"),
}
_UNAVAILABLE = (503, "Service Unavailable", "")


def refusal(error: Exception) -> tuple[Response, str]:
    """Give the client's answer to whatever stopped a request, and the developer's explanation."""
    if isinstance(error, NotRunError):
        body = json.dumps({"Message": str(error)}, separators=(",", ":"))
        return Response(501, _JSON, body.encode()), str(error)
    if isinstance(error, SignatureError):
        body = json.dumps({"message": str(error)}, separators=(",", ":"))
        headers = (*_JSON, ("x-amzn-ErrorType", error.error_type))
        return Response(403, headers, body.encode()), f"{error} [U13]"
    status, message, rule = _REFUSALS.get(type(error), _UNAVAILABLE)
    failed = status == 502
    body = message if failed else json.dumps({"Message": message}, separators=(",", ":"))
    return Response(status, _JSON, body.encode()), f"{error}{rule}"
