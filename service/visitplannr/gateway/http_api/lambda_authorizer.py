"""Lambda authorizers of HTTP APIs: formats 1.0 and 2.0, simple responses or policies (H53, H54)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.gateway.http_api.errors import HttpApiError
from visitplannr.iam.document import PolicyError
from visitplannr.iam.evaluation import Verdict
from visitplannr.model.invocation import InvocationResult

Evaluate = Callable[[Mapping[str, Any]], Verdict]


@dataclass(frozen=True, slots=True)
class LambdaAuthorizer:
    """One authorizer; `sources` says where the identity of a request is."""

    name: str
    sources: tuple[str, ...]
    function: str | None
    payload_format: str
    simple: bool
    ttl_seconds: int

    def event(self, who: tuple[str, ...], arn: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """Make the authorizer's event of the request's event in its payload format."""
        request = {key: event[key] for key in event if key not in {"body", "isBase64Encoded"}}
        if self.payload_format == "2.0":
            return {"type": "REQUEST", "routeArn": arn, "identitySource": list(who), **request}
        identity = ",".join(who)
        return {
            "type": "REQUEST",
            "methodArn": arn,
            "identitySource": identity,
            "authorizationToken": identity,
            **request,
        }

    def context(self, answer: Mapping[str, Any], arn: str, evaluate: Evaluate) -> Mapping[str, Any]:
        """Give the context of an allowed request; `evaluate` says what a policy makes of it.

        Raises:
            HttpApiError: 403 if the answer does not allow it, 500 if it is none.
        """
        context = answer.get("context") or {}
        if not isinstance(context, dict):
            raise self.misconfigured("its context is no object")
        if not self._allows(answer, evaluate):
            raise HttpApiError(403, f"{self.name} does not allow {arn} [H54]")
        return context

    def answer(self, result: InvocationResult) -> Mapping[str, Any]:
        """Read what the authorizer's function gave.

        Raises:
            HttpApiError: 500, the function failed or gave no object.
        """
        try:
            answer = json.loads(result.payload)
        except ValueError:
            answer = None
        if result.function_error or not isinstance(answer, dict):
            raise self.misconfigured(f"its function gave {result.payload[:200]!r}")
        return answer

    def misconfigured(self, explanation: str) -> HttpApiError:
        """Make the error for an authorizer that is itself at fault."""
        return HttpApiError(500, f"{self.name}: {explanation} [H55]")

    def _allows(self, answer: Mapping[str, Any], evaluate: Evaluate) -> bool:
        if self.simple:
            allowed = answer.get("isAuthorized")
            if not isinstance(allowed, bool):
                raise self.misconfigured("its answer has no isAuthorized that is true or false")
            return allowed
        policy = answer.get("policyDocument")
        if not isinstance(policy, dict):
            raise self.misconfigured("its answer has no policyDocument")
        try:
            return evaluate(policy) is Verdict.ALLOW
        except PolicyError as error:
            raise self.misconfigured(f"its policy is wrong: {error}") from error
