"""What a pipe's events become for targets that are no functions.

EventBridge guide, "Amazon EventBridge Pipes targets": queues, topics, streams, buses and log groups
get each event by itself, a state machine all of a batch.
"""

import base64
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from visitplannr.backend.server.pipes.pipe import Pipe
from visitplannr.backend.server.pipes.templates import as_text, resolved

Ask = Callable[[str, str, Mapping[str, Any]], Mapping[str, Any]]
"""Calls an operation of a service: its name, the X-Amz-Target, the request. May raise NotSentError.
"""


class NotSentError(Exception):
    """The target did not take it."""


def send_to(pipe: Pipe, events: Any, ask: Ask) -> None:
    """Send a pipe's events to its target.

    Raises:
        NotSentError: it did not take one of them, or targets of its service are not known here.
    """
    service = pipe.target.split(":")[2]
    if service == "states":
        asked = {"stateMachineArn": pipe.target, "input": json.dumps(events)}
        ask("stepfunctions", "AWSStepFunctions.StartExecution", asked)
        return
    send = _SENDING.get(service)
    if send is None:
        raise NotSentError(f"the target {pipe.target} of {pipe.name} is not served locally")
    for event in events if isinstance(events, list) else [events]:
        send(pipe, event, ask)


def _to_queue(pipe: Pipe, event: Any, ask: Ask) -> None:
    names = ("MessageGroupId", "MessageDeduplicationId")
    found = {name: resolved(pipe.settings.get(name), event) for name in names}
    given = {name: value for name, value in found.items() if value is not None}
    asked = {"QueueUrl": _last(pipe.target), "MessageBody": as_text(event), **given}
    ask("sqs", "AmazonSQS.SendMessage", asked)


def _to_topic(pipe: Pipe, event: Any, ask: Ask) -> None:
    ask("sns", "Publish", {"TopicArn": pipe.target, "Message": as_text(event)})


def _to_bus(pipe: Pipe, event: Any, ask: Ask) -> None:
    settings, origin = pipe.settings, pipe.source.split(":")[2]
    entry = {
        "EventBusName": pipe.target,
        "Source": resolved(settings.get("Source"), event) or f"Pipe {pipe.name}",
        "DetailType": resolved(settings.get("DetailType"), event) or f"Event from aws:{origin}",
        "Detail": as_text(event),
        "Resources": settings.get("Resources") or [],
    }
    answer = ask("eventbridge", "AWSEvents.PutEvents", {"Entries": [entry]})
    if answer.get("FailedEntryCount"):
        raise NotSentError(f"{pipe.target}: {answer['Entries'][0].get('ErrorMessage')}")


def _to_stream(pipe: Pipe, event: Any, ask: Ask) -> None:
    key = resolved(pipe.settings.get("PartitionKey"), event)
    data = base64.b64encode(as_text(event).encode()).decode()
    asked = {"StreamARN": pipe.target, "Data": data, "PartitionKey": as_text(key)}
    ask("kinesis", "Kinesis_20131202.PutRecord", asked)


def _to_delivery_stream(pipe: Pipe, event: Any, ask: Ask) -> None:
    data = base64.b64encode(as_text(event).encode()).decode()
    name = _last(pipe.target).partition("/")[2]
    asked = {"DeliveryStreamName": name, "Record": {"Data": data}}
    ask("firehose", "Firehose_20150804.PutRecord", asked)


def _to_log_group(pipe: Pipe, event: Any, ask: Ask) -> None:
    group = pipe.target.split(":log-group:")[-1].removesuffix(":*")
    stream = str(resolved(pipe.settings.get("LogStreamName"), event) or pipe.name)
    place = {"logGroupName": group, "logStreamName": stream}
    try:
        ask("cloudwatch_logs", "Logs_20140328.CreateLogStream", place)
    except NotSentError as error:
        if "AlreadyExists" not in str(error):
            raise
    moment = resolved(pipe.settings.get("Timestamp"), event)
    written = {"timestamp": int(moment or time.time() * 1000), "message": as_text(event)}
    ask("cloudwatch_logs", "Logs_20140328.PutLogEvents", {**place, "logEvents": [written]})


def _last(arn: str) -> str:
    return arn.rpartition(":")[2]


_SENDING: Mapping[str, Callable[[Pipe, Any, Ask], None]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "events": _to_bus,
    "kinesis": _to_stream,
    "firehose": _to_delivery_stream,
    "logs": _to_log_group,
}
