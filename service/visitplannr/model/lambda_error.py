"""Lambda's answers to invocations that are not run, as ASGI messages (lambda-runtime.md L23)."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True, slots=True)
class LambdaError:
    """Why a function is not run; `error_type` is AWS's name, e.g. "ResourceNotFoundException"."""

    status: int
    error_type: str
    message: str
    more: dict[str, str] = field(default_factory=dict)
    key: str = "Message"

    @property
    def body(self) -> bytes:
        blame = "User" if self.status < HTTPStatus.INTERNAL_SERVER_ERROR else "Service"
        said = {"Type": blame, self.key: self.message, **self.more}
        return json.dumps(said, separators=(",", ":")).encode()

    @property
    def headers(self) -> dict[str, str]:
        return {
            "content-type": "application/json",
            "x-amzn-errortype": self.error_type,
            "x-amzn-requestid": str(uuid.uuid4()),
        }

    def messages(self) -> Iterator[dict[str, Any]]:
        """Yield what is sent to the client."""
        body = self.body
        headers = {**self.headers, "content-length": str(len(body))}
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        yield {"type": "http.response.start", "status": self.status, "headers": raw}
        yield {"type": "http.response.body", "body": body}
