"""Lambda's answers to invocations that are not run, as ASGI messages (lambda-runtime.md L23)."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from visitplannr.model.invocation import InvocationError

_WITH_CAPITAL = frozenset(
    {"AccessDeniedException", "ResourceNotFoundException", "ServiceException"}
)
_WITHOUT_TYPE = frozenset({"AccessDeniedException", "ValidationException"})


@dataclass(frozen=True, slots=True)
class LambdaError:
    """Why a function is not run; `error_type` is AWS's name, e.g. "ResourceNotFoundException".

    The body's members are those of AWS's shapes: some spell the message with a capital, and those
    that all services have do not say whose fault it is. `more` are others, or take their place.
    """

    status: int
    error_type: str
    message: str
    more: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        key = "Message" if self.error_type in _WITH_CAPITAL else "message"
        said = {**self._blame(), key: self.message, **self.more}
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

    def _blame(self) -> Mapping[str, str]:
        if self.error_type in _WITHOUT_TYPE:
            return {}
        user = self.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return {"Type": "User" if user else "Service"}


class LambdaRefusedError(InvocationError):
    """Raise when Lambda would answer with an error of its own instead of running a function."""

    def __init__(self, answer: LambdaError) -> None:
        super().__init__(answer.message)
        self.answer = answer
