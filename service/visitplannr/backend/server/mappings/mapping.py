"""An event source mapping: what reads a queue, table or stream and invokes a function."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_QUEUE_CONCURRENCY = 5  # what Lambda starts with ("Using Lambda with Amazon SQS", scaling)
_DEFAULT_SIZE = {"sqs": 10}


@dataclass(frozen=True, slots=True)
class EventSourceMapping:
    """How records of `source` ("sqs", "dynamodb", "kinesis") become invocations of `function`.

    `window` and `tumbling` are in seconds; `retries` and `max_age` (seconds) are None where there
    is no bound. `concurrency` is a queue's, `parallelization` that of each shard.
    `patterns` are those of FilterCriteria: a record has to match one, if there are any.
    """

    uuid: str
    source: str
    source_arn: str
    function: str
    function_arn: str
    batch_size: int
    window: float
    patterns: Sequence[Mapping[str, Any]]
    reports_failures: bool
    retries: int | None
    max_age: float | None
    bisects: bool
    on_failure: str | None
    concurrency: int
    parallelization: int = 1
    tumbling: float = 0.0


def read_mapping(found: Mapping[str, Any]) -> EventSourceMapping | None:
    """Read a mapping as MiniStack keeps it; None if it is disabled.

    Values may be text, as CloudFormation hands on parameters: "false" is not true.
    """
    if not is_true(found.get("Enabled", True)):
        return None
    arn = str(found.get("EventSourceArn", ""))
    source = (arn.split(":") + [""] * 3)[2]
    failure = (found.get("DestinationConfig") or {}).get("OnFailure") or {}
    scaling = found.get("ScalingConfig") or {}
    return EventSourceMapping(
        uuid=found["UUID"],
        source=source,
        source_arn=arn,
        function=found["FunctionName"],
        function_arn=found["FunctionArn"],
        batch_size=int(found.get("BatchSize") or _DEFAULT_SIZE.get(source, 100)),
        window=float(found.get("MaximumBatchingWindowInSeconds") or 0),
        patterns=_patterns(found),
        reports_failures="ReportBatchItemFailures" in (found.get("FunctionResponseTypes") or ()),
        retries=_bound(found.get("MaximumRetryAttempts")),
        max_age=_bound(found.get("MaximumRecordAgeInSeconds")),
        bisects=is_true(found.get("BisectBatchOnFunctionError", False)),
        on_failure=failure.get("Destination"),
        concurrency=int(scaling.get("MaximumConcurrency") or _QUEUE_CONCURRENCY),
        parallelization=int(found.get("ParallelizationFactor") or 1),
        tumbling=float(found.get("TumblingWindowInSeconds") or 0),
    )


def is_true(value: Any) -> bool:
    """Read a boolean that may have come as text."""
    return value.strip().lower() == "true" if isinstance(value, str) else bool(value)


def _bound(value: Any) -> int | None:
    """Read a number that is -1, or absent, for no bound."""
    return None if value is None or int(value) < 0 else int(value)


def _patterns(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    filters = (found.get("FilterCriteria") or {}).get("Filters") or ()
    patterns = (one.get("Pattern") for one in filters)
    return [json.loads(text) if isinstance(text, str) else text for text in patterns if text]
