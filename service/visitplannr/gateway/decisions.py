"""What the function of a Lambda authorizer decides, read alike for REST and WebSocket APIs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.model.invocation import InvocationResult


class UnauthorizedError(Exception):
    """Raise when the function raised the text "Unauthorized": the client gets 401."""


class NoDecisionError(Exception):
    """Raise when the function failed, or gave what is no decision; the text says which."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What an authorizer's function returned: who it is, the policy, the context as strings.

    `usage_key` is the API key that it names, for APIs whose keys come from their authorizer.
    """

    principal_id: str
    policy: Mapping[str, Any]
    context: Mapping[str, str]
    integration_latency_ms: int
    usage_key: str | None = None

    def request_context(self) -> dict[str, Any]:
        """Give `requestContext.authorizer`."""
        return {
            **self.context,
            "principalId": self.principal_id,
            "integrationLatency": self.integration_latency_ms,
        }


def read_decision(result: InvocationResult, latency_ms: int) -> Decision:
    """Read what an authorizer's function returned.

    Raises:
        UnauthorizedError, NoDecisionError: it is none.
    """
    try:
        answer = json.loads(result.payload)
    except ValueError:
        answer = None
    if result.function_error:
        message = answer.get("errorMessage") if isinstance(answer, dict) else None
        if message == "Unauthorized":
            raise UnauthorizedError('its function raised "Unauthorized"')
        raise NoDecisionError(f"its function failed: {message}")
    if not isinstance(answer, dict) or not isinstance(answer.get("principalId"), str):
        raise NoDecisionError("its answer is no object with a principalId")
    if not isinstance(answer.get("policyDocument"), dict):
        raise NoDecisionError("its answer has no policyDocument")
    context = _context(answer.get("context"))
    usage_key = answer.get("usageIdentifierKey")
    return Decision(answer["principalId"], answer["policyDocument"], context, latency_ms, usage_key)


def _context(context: Any) -> dict[str, str]:
    """Turn the context's numbers and booleans into strings (E31); it holds nothing else."""
    if context is None:
        return {}
    if not isinstance(context, dict) or any(
        not isinstance(value, str | int | float) for value in context.values()
    ):
        raise NoDecisionError("its context is no map of strings, numbers and booleans")
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in context.items()
    }
