"""The answers that an HTTP API makes itself: a status and its text as JSON, without a space."""

import json

from visitplannr.gateway.request import Headers, Response

_MESSAGES = {
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


class HttpApiError(Exception):
    """Raise to answer with a status of the gateway's own; `explanation` is for the developer."""

    def __init__(self, status: int, explanation: str, headers: Headers = ()) -> None:
        super().__init__(explanation)
        self.explanation = explanation
        self._status = status
        self._headers = headers

    def response(self) -> Response:
        """Make the answer."""
        body = json.dumps({"message": _MESSAGES[self._status]}, separators=(",", ":"))
        headers = (("Content-Type", "application/json"), *self._headers)
        return Response(self._status, headers, body.encode())
