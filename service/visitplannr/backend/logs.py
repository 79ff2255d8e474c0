"""Read CloudWatch Logs: the events of functions, wherever they are."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient


def log_groups(client: "LambdaClient", functions: Mapping[str, str]) -> dict[str, str]:
    """Map the log groups of functions (logical id to physical name) to the logical ids.

    `client` is Lambda's; errors are botocore's.
    """
    groups = {}
    for logical_id, name in functions.items():
        configuration = client.get_function_configuration(FunctionName=name)
        logging = configuration.get("LoggingConfig") or {}
        groups[logging.get("LogGroup", f"/aws/lambda/{name}")] = logical_id
    return groups


def log_events(
    client: "CloudWatchLogsClient",
    groups: Mapping[str, str],
    since_ms: int,
    text: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the events since then that contain `text`, in their order, each with its `function`.

    Each has an `eventId`, also where the backend gives none (MiniStack).

    A group that is not there has no events; other errors are botocore's.
    """
    found: list[dict[str, Any]] = []
    same: Counter[tuple[Any, ...]] = Counter()
    for group, function in groups.items():
        pages = client.get_paginator("filter_log_events")
        try:
            for page in pages.paginate(logGroupName=group, startTime=since_ms):
                for event in page["events"]:
                    what = (group, event.get("logStreamName"), event["timestamp"], event["message"])
                    same[what] += 1
                    made_up = f"{hash((*what, same[what])):x}"
                    found.append({"eventId": made_up, **event, "function": function})
        except client.exceptions.ResourceNotFoundException:
            continue
    for one in sorted(found, key=lambda one: one["timestamp"]):
        if text is None or text in one["message"]:
            yield one
