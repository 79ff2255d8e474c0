"""Stands in for awslambdaric's native client where there is none (lambda-runtime.md L57).

That is so for Pythons other than our own, and on systems other than Linux. It is put on the
PYTHONPATH under the native module's name and needs the standard library only.
"""

import http.client
import os
from typing import Any

_PREFIX = "/2018-06-01/runtime/invocation/"
_TEXT_HEADERS = {
    "Lambda-Runtime-Aws-Request-Id",
    "Lambda-Runtime-Client-Context",
    "Lambda-Runtime-Cognito-Identity",
    "Lambda-Runtime-Aws-Tenant-Id",
    "Lambda-Runtime-Invoked-Function-Arn",
    "Lambda-Runtime-Trace-Id",
    "Content-Type",
}
_headers: dict[str, str] = {}
_connection: http.client.HTTPConnection | None = None


def initialize_client(user_agent: str) -> None:
    """Connect to the Runtime API; once, for all calls."""
    global _connection  # noqa: PLW0603 - the native module keeps its connection so, too
    _headers["User-Agent"] = user_agent
    _connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def next() -> tuple[bytes, dict[str, Any]]:  # noqa: A001 - the native module's name
    """Wait for the next invocation."""
    headers, body = _request("GET", "next")
    given: dict[str, Any] = {name: headers.get(name) for name in _TEXT_HEADERS}
    given["Lambda-Runtime-Deadline-Ms"] = int(headers["Lambda-Runtime-Deadline-Ms"])
    return body, given


def post_invocation_result(
    request_id: str, result: bytes, content_type: str, *_more: object
) -> None:
    """Hand over what the handler returned."""
    _request("POST", f"{request_id}/response", result, {"Content-Type": content_type})


def post_error(request_id: str, error: str, xray_cause: str, *_more: object) -> None:
    """Hand over why the handler failed."""
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Function-XRay-Error-Cause": xray_cause if len(xray_cause) < 4096 else "",
    }
    _request("POST", f"{request_id}/error", error, headers)


def _request(
    method: str,
    path: str,
    body: bytes | str | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[http.client.HTTPMessage, bytes]:
    if _connection is None:
        raise RuntimeError("the client is not initialised")
    data = body.encode() if isinstance(body, str) else body
    _connection.request(method, _PREFIX + path, data, {**_headers, **(headers or {})})
    answer = _connection.getresponse()
    content = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"the Runtime API answered {answer.status} to {path}")
    return answer.headers, content
