"""A local stack, over HTTP: the same for one that was started and one that ran before."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from visitplannr.testing.errors import StackError
from visitplannr.testing.records import Invocation, Result, error_in

if TYPE_CHECKING:
    import boto3
    import httpx

_SECONDS = 960.0  # a function may run for 900
_ANY = "test"


class Local:
    """The stack of the `visitplannr up` at `url`; nothing is asked before it is needed.

    Raises:
        StackError: from each method, if nothing answers there, or it refuses.
    """

    def __init__(self, url: str) -> None:
        import httpx  # noqa: PLC0415 - a suite that uses no stack does not need it

        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=self.url, timeout=_SECONDS, trust_env=False)

    @cached_property
    def health(self) -> Mapping[str, str]:
        """Ask whether it is ready, and where its AWS services are."""
        found: Mapping[str, str] = self._get("/_local/health")
        return found

    @property
    def endpoint_url(self) -> str:
        """Give the backend's endpoint."""
        return str(self.health["endpoint_url"])

    @cached_property
    def session(self) -> "boto3.Session":
        """Make one as the account's administrator."""
        import boto3  # noqa: PLC0415 - takes long

        return boto3.Session(_ANY, _ANY, region_name=self.health["region"])

    def physical_ids(self) -> Mapping[str, str]:
        """Map logical ids of its resources to physical ones."""
        return {one["logical_id"]: one["physical_id"] for one in self._get("/_local/resources")}

    def outputs(self) -> Mapping[str, str]:
        """Give its outputs."""
        found: Mapping[str, str] = self._get("/_local/outputs")
        return found

    def invoke(self, function: str, event: Any) -> Result:
        """Run a function by the Invoke API; its log is that of its record."""
        path = f"/2015-03-31/functions/{quote(function, safe='')}/invocations"
        answer = self._ask("POST", path, event)
        payload = _json(answer)
        if answer.status_code != 200:
            raise StackError(f"{function} was not run: {_message(payload)}")
        request_id = answer.headers["x-amzn-requestid"]
        error = error_in(answer.headers.get("x-amz-function-error"), payload)
        return Result(payload, error, self._log(request_id), request_id)

    def invocations(self, function: str | None, since: float = 0.0) -> list[Invocation]:
        """Give what was recorded since a time (epoch seconds), also what still runs."""
        wanted = {function, self.physical_ids().get(function)} if function else None
        rows = [
            row
            for row in reversed(self._get("/_local/invocations"))
            if row["time"] >= since and (wanted is None or row["function"] in wanted)
        ]
        return [self._invocation(row["number"]) for row in rows]

    def steer(self, method: str, path: str, body: Any = None) -> Any:
        """Ask for what only tests do.

        Raises:
            StackError: it is refused.
        """
        answer = self._ask(method, f"/_local/{path}", body)
        if answer.is_error:
            raise StackError(f"{path}: {_message(_json(answer))}")
        return _json(answer)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _log(self, request_id: str) -> str:
        for row in self._get("/_local/invocations"):
            if row["requestId"] == request_id:
                return self._invocation(row["number"]).log
        return ""

    def _invocation(self, number: int) -> Invocation:
        return Invocation.of(self._get(f"/_local/invocations/{number}"))

    def _get(self, path: str) -> Any:
        answer = self._ask("GET", path)
        if answer.is_error:
            raise StackError(f"{self.url}{path}: {_message(_json(answer))}")
        return _json(answer)

    def _ask(self, method: str, path: str, body: Any = None) -> "httpx.Response":
        import httpx  # noqa: PLC0415 - see above

        try:
            return self._http.request(method, path, json=body)
        except httpx.TransportError as error:
            why = f"no `visitplannr up` answers at {self.url}: {error}"
            raise StackError(f"{why}; start it, or name another with --stack-url") from error


def _json(answer: "httpx.Response") -> Any:
    try:
        return answer.json() if answer.content else None
    except json.JSONDecodeError:
        return answer.text


def _message(said: Any) -> str:
    """Find what an error says: FastAPI's detail, the console's or AWS's message."""
    if isinstance(said, dict):
        found = said.get("detail") or said.get("message") or said.get("Message")
        return str(found or said)
    return str(said)
