"""The HTTP client of awslambdaric, in the place of its native one (lambda-runtime.md L57).

The native one is for Linux only and for one version of Python each; this one runs wherever the
standard library does. It is put on the PYTHONPATH under the native module's name. It speaks to our
own Runtime API and no other: each answer has header names in lower case and a Content-Length.
"""

from __future__ import annotations

import io  # noqa: TC003 - as cheap as a guard
import os
import socket
from typing import Any

_PREFIX = "/2018-06-01/runtime/invocation/"
_TEXT_HEADERS = (
    "Lambda-Runtime-Aws-Request-Id",
    "Lambda-Runtime-Client-Context",
    "Lambda-Runtime-Cognito-Identity",
    "Lambda-Runtime-Aws-Tenant-Id",
    "Lambda-Runtime-Invoked-Function-Arn",
    "Lambda-Runtime-Trace-Id",
    "Content-Type",
)
_always = ""
_stream: io.BufferedRWPair | None = None


def initialize_client(user_agent: str) -> None:
    """Connect to the Runtime API; once, for all calls."""
    global _always, _stream  # noqa: PLW0603 - the native module keeps its connection so, too
    address = os.environ["AWS_LAMBDA_RUNTIME_API"]
    host, _, port = address.rpartition(":")
    connection = socket.create_connection((host, int(port)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _always = f"Host: {address}\r\nUser-Agent: {user_agent}\r\n"
    _stream = connection.makefile("rwb")


def next() -> tuple[bytes, dict[str, Any]]:  # noqa: A001 - the native module's name
    """Wait for the next invocation."""
    headers, body = _request("GET", "next")
    given: dict[str, Any] = {name: headers.get(name.lower()) for name in _TEXT_HEADERS}
    given["Lambda-Runtime-Deadline-Ms"] = int(headers["lambda-runtime-deadline-ms"])
    return body, given


def post_invocation_result(
    request_id: str, result: bytes, content_type: str, *_more: object
) -> None:
    """Hand over what the handler returned."""
    _request("POST", f"{request_id}/response", content_type, result)


def post_error(request_id: str, error: str, *_more: object) -> None:
    """Hand over why the handler failed; there is no X-Ray here that would want to know more."""
    _request("POST", f"{request_id}/error", "application/json", error.encode())


def _request(
    method: str, path: str, content_type: str = "", body: bytes = b""
) -> tuple[dict[str, str], bytes]:
    if _stream is None:
        raise RuntimeError("the client is not initialised")
    about = f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    lines = about if method == "POST" else ""
    head = f"{method} {_PREFIX}{path} HTTP/1.1\r\n{_always}{lines}\r\n"
    _stream.write(head.encode() + body)
    _stream.flush()
    status, answered, content = _answer(_stream)
    if status >= 300:
        raise RuntimeError(f"the Runtime API answered {status} to {path}")
    return answered, content


def _answer(stream: io.BufferedRWPair) -> tuple[int, dict[str, str], bytes]:
    """Read an answer: its status, headers by their names in lower case, and body."""
    first = stream.readline()
    if not first:
        raise RuntimeError("the Runtime API hung up")
    headers = {}
    while line := stream.readline().strip():
        name, _, value = line.partition(b": ")
        headers[name.decode()] = value.decode(errors="replace")
    return int(first.split()[1]), headers, stream.read(int(headers["content-length"]))
