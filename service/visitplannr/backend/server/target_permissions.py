"""Which permission a delivery to the target of a rule or a schedule needs, and whose (iam.md I47).

EventBridge guide, "Using identity-based policies" and "Using resource-based policies": functions,
queues and topics are reached by what their own policies allow, the rest as the target's role.
EventBridge Scheduler and Pipes reach all as a role.
"""

from collections.abc import Mapping

from visitplannr.iam.actions.call import Check

_BY_ITSELF: Mapping[str, str] = {
    "lambda": "lambda:InvokeFunction",
    "sns": "sns:Publish",
    "sqs": "sqs:SendMessage",
}
_AS_ROLE: Mapping[str, str] = {
    "events": "events:PutEvents",
    "firehose": "firehose:PutRecord",
    "kinesis": "kinesis:PutRecord",
    "states": "states:StartExecution",
}
_API_DESTINATION = "events:InvokeApiDestination"


def action_on(arn: str) -> str | None:
    """Give what a rule in its own name needs on a target; None if that is not known."""
    return _BY_ITSELF.get(_service(arn))


def permission_of(arn: str, *, by_role: bool) -> Check | None:
    """Give what the target's role needs; None if it is not as a role, or not known."""
    service = _service(arn)
    if ":api-destination/" in arn:
        return Check(_API_DESTINATION, arn)
    action = _AS_ROLE.get(service) or (_BY_ITSELF.get(service) if by_role else None)
    return Check(action, arn) if action else None


def _service(arn: str) -> str:
    return arn.split(":", 3)[2] if arn.startswith("arn:") else ""
