"""Event source mappings that start no function here: what reads their source is not there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from visitplannr.model.application import Application

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_MAPPING = "AWS::Lambda::EventSourceMapping"
_POLLED = frozenset({"dynamodb", "kinesis", "sqs"})
_NAMES = {"kafka": "Amazon MSK", "mq": "Amazon MQ", "rds": "Amazon DocumentDB"}


def unpolled(client: "LambdaClient", application: Application) -> Iterator[str]:
    """Yield a line for each mapping of the application whose source nobody polls."""
    mappings = {
        resource.physical_id: resource.logical_id
        for resource in application.resources
        if resource.type == _MAPPING
    }
    if not mappings:
        return
    for page in client.get_paginator("list_event_source_mappings").paginate():
        for found in page["EventSourceMappings"]:
            source = (found.get("EventSourceArn", "").split(":") + [""] * 3)[2]
            name = mappings.get(found["UUID"])
            if name and source not in _POLLED:
                kind = _NAMES.get(source, "a broker of your own")
                yield f"{name} starts no function: {kind} is not polled here."
