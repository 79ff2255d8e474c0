"""Ask `up` to run a function: HTTP over a Unix socket, from any thread.

One connection an invocation, so that thousands wait side by side and one that breaks harms no
other.
"""

import http.client
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from visitplannr.model.addresses import ADDRESSES_PATH, from_json, localised
from visitplannr.model.invocation import TRIGGER_HEADER

_ERROR_TYPE = "x-amzn-errortype"


@dataclass(frozen=True, slots=True)
class Call:
    """An invocation: `function` is a name or ARN, `trigger` what fired, e.g. "sqs".

    An asynchronous one is answered as soon as it is accepted.
    """

    function: str
    payload: bytes
    trigger: str
    trace_id: str | None = None
    asynchronous: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What Lambda's Invoke API said; `error_type` is AWS's name of why it was not run."""

    status: int
    body: bytes
    function_error: str | None = None
    error_type: str | None = None


class InvokeClient:
    """Invokes functions through the Unix socket at `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, call: Call) -> Answer:
        """Invoke a function and wait for the answer.

        Raises:
            OSError, http.client.HTTPException: nobody answers at the socket.
        """
        connection = _UnixConnection(self._path)
        try:
            target = f"/2015-03-31/functions/{quote(call.function, safe='')}/invocations"
            connection.request("POST", target, call.payload, _headers(call))
            response = connection.getresponse()
            return Answer(
                response.status,
                response.read(),
                response.getheader("X-Amz-Function-Error"),
                response.getheader(_ERROR_TYPE),
            )
        finally:
            connection.close()

    def localised(self, url: str) -> str:
        """Give an address of the stack's own as `up` serves it; any other as it is."""
        connection = _UnixConnection(self._path)
        try:
            connection.request("GET", ADDRESSES_PATH, headers={"Connection": "close"})
            return localised(url, from_json(connection.getresponse().read()))
        except (OSError, http.client.HTTPException, ValueError):
            return url
        finally:
            connection.close()


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(str(self._path))


def _headers(call: Call) -> dict[str, str]:
    headers = {
        "X-Amz-Invocation-Type": "Event" if call.asynchronous else "RequestResponse",
        TRIGGER_HEADER: call.trigger,
        "Connection": "close",
    }
    return {**headers, "X-Amzn-Trace-Id": call.trace_id} if call.trace_id else headers
