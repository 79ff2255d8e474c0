"""A pipe: what reads a source, and has its events filtered, enriched and sent to a target.

EventBridge guide, "Amazon EventBridge Pipes". A source is read as an event source mapping reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PARAMETERS = ("Enrichment", "EnrichmentParameters", "SourceParameters", "TargetParameters")
"""What a pipe has besides its source and target, as the API and CloudFormation name it."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """Where events go; templates say what is made of each, None that they stay as they are.

    `settings` are those of the target's service, e.g. `{"InvocationType": "FIRE_AND_FORGET"}`.
    """

    name: str
    arn: str
    source: str
    target: str
    settings: Mapping[str, Any]
    target_template: str | None = None
    enrichment: str | None = None
    enrichment_template: str | None = None


def read_pipe(found: Mapping[str, Any]) -> Pipe:
    """Read a pipe as the backend keeps it."""
    target, enrichment = (
        _mapping(found, "TargetParameters"),
        _mapping(found, "EnrichmentParameters"),
    )
    return Pipe(
        name=found["Name"],
        arn=found["Arn"],
        source=found["Source"],
        target=found["Target"],
        settings=_settings(target),
        target_template=target.get("InputTemplate") or None,
        enrichment=found.get("Enrichment") or None,
        enrichment_template=enrichment.get("InputTemplate") or None,
    )


def as_mapping(found: Mapping[str, Any]) -> dict[str, Any]:
    """Give the event source mapping that reads a pipe's source; its function is the pipe."""
    parameters = _mapping(found, "SourceParameters")
    settings = _settings(parameters)
    bisects = settings.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT"
    dead_letters = _mapping(settings, "DeadLetterConfig").get("Arn")
    return {
        "UUID": found["Arn"],
        "EventSourceArn": found["Source"],
        "FunctionName": found["Name"],
        "FunctionArn": found["Arn"],
        "Enabled": found.get("CurrentState") == "RUNNING",
        "FilterCriteria": parameters.get("FilterCriteria"),
        "BatchSize": settings.get("BatchSize"),
        "MaximumBatchingWindowInSeconds": settings.get("MaximumBatchingWindowInSeconds"),
        "MaximumRetryAttempts": settings.get("MaximumRetryAttempts"),
        "MaximumRecordAgeInSeconds": settings.get("MaximumRecordAgeInSeconds"),
        "ParallelizationFactor": settings.get("ParallelizationFactor"),
        "BisectBatchOnFunctionError": bisects,
        "DestinationConfig": {"OnFailure": {"Destination": dead_letters}},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }


def starts_at(found: Mapping[str, Any]) -> str:
    """Say where in its stream a new pipe begins; queues have no such place."""
    settings = _settings(_mapping(found, "SourceParameters"))
    return str(settings.get("StartingPosition") or "LATEST")


def _settings(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the one member that is of a service, e.g. `SqsQueueParameters`."""
    return next(
        (
            one
            for name, one in parameters.items()
            if name.endswith("Parameters") and isinstance(one, Mapping)
        ),
        {},
    )


def _mapping(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}
