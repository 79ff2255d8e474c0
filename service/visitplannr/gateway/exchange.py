"""One request to an API, and all that came of it: what the terminal and the console tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.gateway.identifiers import RequestIds, new_ids
from visitplannr.gateway.request import Request, Response
from visitplannr.model.application import Api
from visitplannr.model.invocation import InvocationResult

NO_ANSWER = Response(500, (), b"")


@dataclass(slots=True)
class Exchange:
    """Filled by the steps of a stage as far as the request gets.

    `explanation` says why the gateway refused or failed, to the developer alone; `result` is what
    the function gave, `event` what it was given.
    """

    api: str
    request: Request
    ids: RequestIds
    response: Response = NO_ANSWER
    event: Mapping[str, Any] | None = None
    function: str | None = None
    result: InvocationResult | None = None
    explanation: str | None = None
    seconds: float = 0.0

    def line(self) -> str:
        """Tell in one line what was asked, what the answer was, and why."""
        answered = f"{self.request.method} {self.request.path} → {self.response.status}"
        return f"{answered}: {self.explanation}"


def begun(api: Api, request: Request, epoch: float) -> Exchange:
    """Begin the exchange of a request that has come at `epoch`, in seconds."""
    ids = new_ids(request.header("x-amzn-trace-id"), epoch)
    return Exchange(api.logical_id, request, ids)
