"""What the embedded backend alone does: what tests do to it, and its decisions about access.

Any other backend has none of this: an emulator answers, but not what ours would.
"""

import http.client
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from visitplannr.model.application import Resource

_PREFIX = "/_visitplannr/"
_SECONDS = 60.0
_ELSEWHERE = 501


class ControlError(Exception):
    """It was not done; `status` is the HTTP status that says so, the text why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Contents:
    """What a stack holds: its resources, in its account and region."""

    account: str
    region: str
    resources: Iterable[Resource]

    def to_json(self) -> Mapping[str, Any]:
        """Name what the backend needs to know."""
        found = [{"type": one.type, "physical_id": one.physical_id} for one in self.resources]
        return {"account": self.account, "region": self.region, "resources": found}


class BackendControl:
    """Talks to the backend at `endpoint_url`; every method blocks.

    Raises:
        ControlError: from each method, if it cannot be done.
    """

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._host = urlsplit(endpoint_url).netloc

    def reset(self, contents: Contents) -> None:
        """Empty what a stack holds, forget retries and faults."""
        self._ask("POST", "reset", contents.to_json())

    def advance(self, seconds: float) -> Mapping[str, float]:
        """Move the clock forward; give the time as `now` and by how much it was `moved` in all."""
        found: Mapping[str, float] = self._ask("POST", "clock", {"advance": seconds})
        return found

    def add_fault(self, fault: Mapping[str, Any]) -> None:
        """Let the next calls fail that a fault names."""
        self._ask("POST", "faults", fault)

    def clear_faults(self) -> None:
        """Let no call fail any more."""
        self._ask("DELETE", "faults", None)

    def access(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask who may call an API, or what that may invoke (`backend.server.access`)."""
        found: Mapping[str, Any] = self._ask("POST", "access", question)
        return found

    def snapshot(self, contents: Contents) -> str:
        """Copy a stack's tables; give the copy's name."""
        return str(self._ask("POST", "snapshots", contents.to_json())["id"])

    def restore(self, name: str) -> None:
        """Put the copy of a stack's tables back."""
        self._ask("POST", "restore", {"id": name})

    def _ask(self, method: str, action: str, body: Any) -> Any:
        connection = http.client.HTTPConnection(self._host, timeout=_SECONDS)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request(method, f"{_PREFIX}{action}", json.dumps(body), headers)
            answer = connection.getresponse()
            return self._said(answer.status, answer.read())
        except (OSError, http.client.HTTPException) as error:
            why = f"the backend at {self._endpoint_url} does not answer: {error}"
            raise ControlError(503, why) from error
        finally:
            connection.close()

    def _said(self, status: int, body: bytes) -> Any:
        try:
            said = json.loads(body)
        except ValueError:
            said = None
        if not isinstance(said, dict) or not (status < 300 or "message" in said):
            why = f"the backend at {self._endpoint_url} is not the embedded one, which alone can"
            raise ControlError(_ELSEWHERE, why)
        if status >= 300:
            raise ControlError(status, str(said["message"]))
        return said
