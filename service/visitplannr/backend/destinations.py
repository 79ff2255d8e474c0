"""Rules and destinations of asynchronous invocations, read from and told through the backend."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from visitplannr.backend.endpoint import Backend
from visitplannr.model.asynchronous import SIX_HOURS, TWO_RETRIES, AsynchronousRules, Delivery

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import FunctionEventInvokeConfigTypeDef
    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef


def read_rules(client: "LambdaClient", function: str) -> AsynchronousRules:
    """Read a function's rules; a function that is nowhere has none."""
    try:
        found = client.get_function(FunctionName=function)
        configured = _event_invoke_config(client, found["Configuration"]["FunctionName"], function)
    except (BotoCoreError, ClientError):
        return AsynchronousRules()
    configuration, concurrency = found["Configuration"], found.get("Concurrency", {})
    destinations = configured.get("DestinationConfig", {})
    return AsynchronousRules(
        function_arn=configuration["FunctionArn"].removesuffix(":$LATEST"),
        retries=configured.get("MaximumRetryAttempts", TWO_RETRIES),
        max_age=configured.get("MaximumEventAgeInSeconds", SIX_HOURS),
        on_success=destinations.get("OnSuccess", {}).get("Destination"),
        on_failure=destinations.get("OnFailure", {}).get("Destination"),
        dead_letters=configuration.get("DeadLetterConfig", {}).get("TargetArn"),
        is_switched_off=concurrency.get("ReservedConcurrentExecutions") == 0,
    )


def deliver(backend: Backend, delivery: Delivery) -> None:
    """Tell a destination.

    Raises:
        LookupError: it is not there, did not take it, or is none.
    """
    service = (delivery.destination.split(":") + [""] * 3)[2]
    tell = _TELL.get(service)
    if tell is None:
        raise LookupError("it is no queue, topic, function, event bus or bucket")
    try:
        tell(backend, delivery)
    except (BotoCoreError, ClientError) as error:
        raise LookupError(str(error)) from error


def _event_invoke_config(
    client: "LambdaClient", name: str, invoked: str
) -> "FunctionEventInvokeConfigTypeDef":
    """Find the configuration of the version or alias that was invoked."""
    wanted = invoked.rpartition(f"{name}:")[2] if f"{name}:" in invoked else "$LATEST"
    listed = client.list_function_event_invoke_configs(FunctionName=name)
    for found in listed["FunctionEventInvokeConfigs"]:
        _, _, qualifier = found.get("FunctionArn", "").rpartition(":function:")[2].partition(":")
        if (qualifier or "$LATEST") == wanted:
            return found
    return {}


def _to_queue(backend: Backend, delivery: Delivery) -> None:
    client = backend.client("sqs")
    url = client.get_queue_url(QueueName=delivery.destination.rpartition(":")[2])["QueueUrl"]
    attributes = _attributes(delivery)
    client.send_message(QueueUrl=url, MessageBody=delivery.body, MessageAttributes=attributes)


def _to_topic(backend: Backend, delivery: Delivery) -> None:
    backend.client("sns").publish(
        TopicArn=delivery.destination,
        Message=delivery.body,
        MessageAttributes=_attributes(delivery),
    )


def _to_function(backend: Backend, delivery: Delivery) -> None:
    backend.client("lambda").invoke(
        FunctionName=delivery.destination, InvocationType="Event", Payload=delivery.body.encode()
    )


def _to_bus(backend: Backend, delivery: Delivery) -> None:
    answer = backend.client("events").put_events(
        Entries=[
            {
                "Source": "lambda",
                "DetailType": delivery.detail_type,
                "Detail": delivery.body,
                "Resources": [delivery.destination, f"{delivery.function_arn}:$LATEST"],
                "EventBusName": delivery.destination,
            }
        ]
    )
    if answer["FailedEntryCount"]:
        raise LookupError(json.dumps(answer["Entries"]))


def _to_bucket(backend: Backend, delivery: Delivery) -> None:
    bucket = delivery.destination.rpartition(":")[2]
    backend.client("s3").put_object(Bucket=bucket, Key=delivery.key, Body=delivery.body.encode())


def _attributes(delivery: Delivery) -> "Mapping[str, MessageAttributeValueTypeDef]":
    return {
        name: {"DataType": "Number" if value.isdigit() else "String", "StringValue": value}
        for name, value in delivery.attributes.items()
    }


_TELL: Mapping[str, Callable[[Backend, Delivery], None]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "lambda": _to_function,
    "events": _to_bus,
    "s3": _to_bucket,
}
