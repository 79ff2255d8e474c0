"""Whether the policy that a Lambda authorizer returned allows a request, for each kind of API."""

from collections.abc import Mapping
from typing import Any

from visitplannr.gateway.request import Request
from visitplannr.iam.context import Origin
from visitplannr.iam.evaluation import Verdict, evaluate
from visitplannr.model.application import Api


def stage_arn(api: Api) -> str:
    """Name the stage of an API."""
    return f"arn:aws:execute-api:{api.region}:{api.account_id}:{api.api_id}/{api.stage}"


def method_arn(api: Api, request: Request) -> str:
    """Name the method or route that a request asks for."""
    return f"{stage_arn(api)}/{request.method}/{request.path.lstrip('/')}"


def verdict_on(
    policy: Mapping[str, Any], arn: str, api: Api, request: Request, epoch: float
) -> Verdict:
    """Evaluate a policy and its conditions for a request that came at `epoch`, in seconds.

    `arn` is what the request asks for (api-gateway.md X53, H54; websocket.md W32).

    Raises:
        PolicyError: it is no policy document.
    """
    origin = Origin(
        account=api.account_id,
        region=api.region,
        time=epoch,
        source_ip=request.source_ip,
        user_agent=request.header("user-agent") or "",
    )
    return evaluate(policy, arn, origin)
