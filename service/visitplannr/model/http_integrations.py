"""First-class integrations of HTTP APIs: which operation an IntegrationSubtype is.

From "Integration subtype reference" in API Gateway's developer guide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.model.routes import Route


@dataclass(frozen=True, slots=True)
class Subtype:
    """An operation of a service (boto3's names), and the parameters that it takes."""

    service: str
    operation: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def parameters(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Name parameters as the operation does; `Region` is none of them."""
        kept: dict[str, Any] = {name: value for name, value in given.items() if name != "Region"}
        if self.operation == "PutEvents":
            return {"Entries": [_entry(kept)]}
        if "AttributeName" in kept:
            kept["AttributeNames"] = kept.pop("AttributeName")
        for name in ("AttributeNames", "MessageAttributeNames"):
            if name in kept and not kept[name].startswith("["):
                kept[name] = [one.strip() for one in kept[name].split(",")]
        return kept


def _entry(given: Mapping[str, str]) -> dict[str, Any]:
    """Make the one entry of PutEvents; its resources are a list, which mappings write as text."""
    entry: dict[str, Any] = dict(given)
    if resources := given.get("Resources"):
        entry["Resources"] = [one.strip(' "') for one in resources.strip("[] ").split(",")]
    return entry


SUBTYPES: Mapping[str, Subtype] = {
    "EventBridge-PutEvents": Subtype(
        "events",
        "PutEvents",
        ("Detail", "DetailType", "Source"),
        ("Time", "EventBusName", "Resources", "TraceHeader"),
    ),
    "SQS-SendMessage": Subtype(
        "sqs",
        "SendMessage",
        ("QueueUrl", "MessageBody"),
        (
            "DelaySeconds",
            "MessageAttributes",
            "MessageDeduplicationId",
            "MessageGroupId",
            "MessageSystemAttributes",
        ),
    ),
    "SQS-ReceiveMessage": Subtype(
        "sqs",
        "ReceiveMessage",
        ("QueueUrl",),
        (
            "AttributeName",
            "AttributeNames",
            "MaxNumberOfMessages",
            "MessageAttributeNames",
            "ReceiveRequestAttemptId",
            "VisibilityTimeout",
            "WaitTimeSeconds",
        ),
    ),
    "SQS-DeleteMessage": Subtype("sqs", "DeleteMessage", ("QueueUrl", "ReceiptHandle")),
    "SQS-PurgeQueue": Subtype("sqs", "PurgeQueue", ("QueueUrl",)),
    "AppConfig-GetConfiguration": Subtype(
        "appconfig",
        "GetConfiguration",
        ("Application", "Environment", "Configuration", "ClientId"),
        ("ClientConfigurationVersion",),
    ),
    "Kinesis-PutRecord": Subtype(
        "kinesis",
        "PutRecord",
        ("StreamName", "Data", "PartitionKey"),
        ("SequenceNumberForOrdering", "ExplicitHashKey"),
    ),
    "StepFunctions-StartExecution": Subtype(
        "stepfunctions", "StartExecution", ("StateMachineArn",), ("Name", "Input")
    ),
    "StepFunctions-StartSyncExecution": Subtype(
        "stepfunctions",
        "StartSyncExecution",
        ("StateMachineArn",),
        ("Name", "Input", "TraceHeader"),
    ),
    "StepFunctions-StopExecution": Subtype(
        "stepfunctions", "StopExecution", ("ExecutionArn",), ("Cause", "Error")
    ),
}


def subtype_of(route: Route) -> str:
    """Give the name of a route's subtype, "" if it has none."""
    return str(route.integration.get("integrationSubtype") or "")
