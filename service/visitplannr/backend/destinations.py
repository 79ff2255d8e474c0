"""Rules and destinations of asynchronous invocations, read from and told through the backend."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from visitplannr.model.asynchronous import SIX_HOURS, TWO_RETRIES, AsynchronousRules, Delivery

MakeClient = Callable[[str], Any]
"""Makes a boto3 client of a service."""


def read_rules(client: Any, function: str) -> AsynchronousRules:
    """Read a function's rules with Lambda's `client`; a function that is nowhere has none."""
    try:
        found = client.get_function(FunctionName=function)
    except (BotoCoreError, ClientError):
        return AsynchronousRules()
    configuration, configured = found["Configuration"], _event_invoke_config(client, function)
    destinations = configured.get("DestinationConfig") or {}
    concurrency = found.get("Concurrency") or {}
    return AsynchronousRules(
        function_arn=configuration["FunctionArn"].removesuffix(":$LATEST"),
        retries=configured.get("MaximumRetryAttempts", TWO_RETRIES),
        max_age=configured.get("MaximumEventAgeInSeconds", SIX_HOURS),
        on_success=(destinations.get("OnSuccess") or {}).get("Destination"),
        on_failure=(destinations.get("OnFailure") or {}).get("Destination"),
        dead_letters=(configuration.get("DeadLetterConfig") or {}).get("TargetArn"),
        is_switched_off=concurrency.get("ReservedConcurrentExecutions") == 0,
    )


def deliver(make_client: MakeClient, delivery: Delivery) -> None:
    """Tell a destination.

    Raises:
        LookupError: it is not there, did not take it, or is none.
    """
    service = (delivery.destination.split(":") + [""] * 3)[2]
    tell = _TELL.get(service)
    if tell is None:
        raise LookupError("it is no queue, topic, function, event bus or bucket")
    try:
        tell(make_client(service), delivery)
    except (BotoCoreError, ClientError) as error:
        raise LookupError(str(error)) from error


def _event_invoke_config(client: Any, function: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = client.get_function_event_invoke_config(FunctionName=function)
    except client.exceptions.ResourceNotFoundException:
        return {}
    return found


def _to_queue(client: Any, delivery: Delivery) -> None:
    name = delivery.destination.rpartition(":")[2]
    url = client.get_queue_url(QueueName=name)["QueueUrl"]
    client.send_message(
        QueueUrl=url, MessageBody=delivery.body, MessageAttributes=_attributes(delivery)
    )


def _to_topic(client: Any, delivery: Delivery) -> None:
    client.publish(
        TopicArn=delivery.destination,
        Message=delivery.body,
        MessageAttributes=_attributes(delivery),
    )


def _to_function(client: Any, delivery: Delivery) -> None:
    client.invoke(
        FunctionName=delivery.destination, InvocationType="Event", Payload=delivery.body.encode()
    )


def _to_bus(client: Any, delivery: Delivery) -> None:
    entry = {
        "Source": "lambda",
        "DetailType": delivery.detail_type,
        "Detail": delivery.body,
        "Resources": [delivery.destination, f"{delivery.function_arn}:$LATEST"],
        "EventBusName": delivery.destination,
    }
    answer = client.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise LookupError(json.dumps(answer["Entries"]))


def _to_bucket(client: Any, delivery: Delivery) -> None:
    bucket = delivery.destination.rpartition(":")[2]
    client.put_object(Bucket=bucket, Key=delivery.key, Body=delivery.body.encode())


def _attributes(delivery: Delivery) -> Mapping[str, Any]:
    return {
        name: {"DataType": "Number" if value.isdigit() else "String", "StringValue": value}
        for name, value in delivery.attributes.items()
    }


_TELL: Mapping[str, Callable[[Any, Delivery], None]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "lambda": _to_function,
    "events": _to_bus,
    "s3": _to_bucket,
}
