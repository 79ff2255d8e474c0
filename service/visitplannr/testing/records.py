"""What a test sees of invocations."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visitplannr.model.payload import described_error

RUNNING = "running"


class Call(dict[str, Any]):
    """An AWS call of a function, as `GET /_local/invocations/N` has it, with its main members."""

    @property
    def service(self) -> str:
        """Give boto3's name of the service."""
        return str(self["service"])

    @property
    def operation(self) -> str:
        """Give the API's operation."""
        return str(self["operation"])

    @property
    def resource(self) -> str:
        """Give what it is about; it contains the physical name."""
        return str(self.get("resource") or "")

    @property
    def status(self) -> int | None:
        """Give the HTTP status."""
        status: int | None = self.get("status")
        return status

    @property
    def error(self) -> str | None:
        """Give AWS's error code and message, if it failed."""
        error: str | None = self.get("error")
        return error

    @property
    def decision(self) -> str | None:
        """Say what the role's policies said: allowed, denied, warned or not-evaluated."""
        decision: str | None = self.get("decision")
        return decision


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation that a local stack has recorded.

    `trigger` is what caused it (api, sqs, schedule …), `status` "running", "ok", "error",
    "timeout", "lost" or the HTTP status. `error` is one line with file and line, None if it did
    not fail.
    """

    number: int
    function: str
    request_id: str
    trigger: str
    status: str
    time: float
    event: Any
    result: Any
    error: str | None
    log: str
    calls: Sequence[Call]

    @classmethod
    def of(cls, details: Mapping[str, Any]) -> "Invocation":
        """Read what `GET /_local/invocations/N` gives."""
        return cls(
            number=details["number"],
            function=details["function"],
            request_id=details["requestId"],
            trigger=details["trigger"],
            status=details["status"],
            time=details["time"],
            event=details["event"],
            result=details["result"],
            error=error_in(details["functionError"], details["result"]),
            log=details["log"],
            calls=[Call(call) for call in details.get("calls") or ()],
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What a function answered: `payload` is JSON, `error` one line, None if it did not fail.

    On AWS, `log` is the last 4 KB of it.
    """

    payload: Any
    error: str | None
    log: str
    request_id: str


def error_in(function_error: str | None, answer: Any) -> str | None:
    """Describe a function's error in one line, with its file and line."""
    if not function_error:
        return None
    return described_error(json.dumps(answer).encode()) or function_error
