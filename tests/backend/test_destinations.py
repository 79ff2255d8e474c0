"""Rules of asynchronous invocations are read, and destinations told, by the backend's API."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError
from visitplannr.backend.destinations import deliver, read_rules
from visitplannr.model.asynchronous import AsynchronousRules, Delivery

if TYPE_CHECKING:
    from visitplannr.backend.endpoint import Backend

ACCOUNT = "us-east-1:000000000000"
FUNCTION = f"arn:aws:lambda:{ACCOUNT}:function:f"


@dataclass
class Client:
    """Notes what it is asked, and answers what it was given."""

    answers: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**given: Any) -> Any:
            self.calls.append((operation, given))
            answer = self.answers.get(operation, {})
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


@dataclass
class Clients:
    """A backend whose clients are one."""

    one: Client

    def client(self, _service: str) -> Client:
        return self.one


def tell(destination: str, client: Client) -> list[tuple[str, dict[str, Any]]]:
    delivery = Delivery(
        destination, "{}", FUNCTION, "Result - Success", "key", {"RequestID": "a", "ErrorCode": "1"}
    )
    deliver(cast("Backend", Clients(client)), delivery)
    return client.calls


ATTRIBUTES = {
    "RequestID": {"DataType": "String", "StringValue": "a"},
    "ErrorCode": {"DataType": "Number", "StringValue": "1"},
}


def test_a_queue() -> None:
    client = Client({"get_queue_url": {"QueueUrl": "http://queue"}})
    assert tell(f"arn:aws:sqs:{ACCOUNT}:queue", client) == [
        ("get_queue_url", {"QueueName": "queue"}),
        ("send_message", {"QueueUrl": "http://queue", "MessageBody": "{}",
                          "MessageAttributes": ATTRIBUTES}),
    ]  # fmt: skip


def test_a_topic() -> None:
    topic = f"arn:aws:sns:{ACCOUNT}:topic"
    given = {"TopicArn": topic, "Message": "{}", "MessageAttributes": ATTRIBUTES}
    assert tell(topic, Client()) == [("publish", given)]


def test_a_function() -> None:
    given = {"FunctionName": FUNCTION, "InvocationType": "Event", "Payload": b"{}"}
    assert tell(FUNCTION, Client()) == [("invoke", given)]


def test_an_event_bus() -> None:
    bus = f"arn:aws:events:{ACCOUNT}:event-bus/bus"
    client = Client({"put_events": {"FailedEntryCount": 0, "Entries": []}})
    entry = {
        "Source": "lambda", "DetailType": "Result - Success", "Detail": "{}",
        "Resources": [bus, f"{FUNCTION}:$LATEST"], "EventBusName": bus,
    }  # fmt: skip
    assert tell(bus, client) == [("put_events", {"Entries": [entry]})]


def test_a_bucket() -> None:
    given = {"Bucket": "bucket", "Key": "key", "Body": b"{}"}
    assert tell("arn:aws:s3:::bucket", Client()) == [("put_object", given)]


@pytest.mark.parametrize(
    ("destination", "client"),
    [
        ("arn:aws:logs:r:1:group", Client()),
        ("nothing", Client()),
        (f"arn:aws:sqs:{ACCOUNT}:gone", Client({"get_queue_url": ClientError({}, "GetQueueUrl")})),
        (f"arn:aws:events:{ACCOUNT}:event-bus/bus",
         Client({"put_events": {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "E"}]}})),
    ],
)  # fmt: skip
def test_what_cannot_be_told(destination: str, client: Client) -> None:
    with pytest.raises(LookupError):
        tell(destination, client)


def rules(client: Client, function: str = "f") -> AsynchronousRules:
    return read_rules(cast("Any", client), function)


def test_the_rules_of_a_function() -> None:
    configured = {
        "FunctionArn": f"{FUNCTION}:$LATEST",
        "MaximumRetryAttempts": 0,
        "MaximumEventAgeInSeconds": 60,
        "DestinationConfig": {"OnSuccess": {"Destination": "s"}, "OnFailure": {"Destination": "f"}},
    }
    of_an_alias = {"FunctionArn": f"{FUNCTION}:live", "MaximumRetryAttempts": 1}
    client = Client(
        {
            "get_function": {
                "Configuration": {
                    "FunctionName": "f",
                    "FunctionArn": FUNCTION,
                    "DeadLetterConfig": {"TargetArn": "dead"},
                },
                "Concurrency": {"ReservedConcurrentExecutions": 0},
            },
            "list_function_event_invoke_configs": {
                "FunctionEventInvokeConfigs": [of_an_alias, configured]
            },
        }
    )
    assert rules(client) == AsynchronousRules(
        FUNCTION, 0, 60, "s", "f", "dead", is_switched_off=True
    )
    assert rules(client, "f:live").retries == 1
    assert rules(client, f"{FUNCTION}:live").retries == 1


def test_a_function_without_rules_has_awss() -> None:
    client = Client(
        {
            "get_function": {"Configuration": {"FunctionName": "f", "FunctionArn": FUNCTION}},
            "list_function_event_invoke_configs": {"FunctionEventInvokeConfigs": []},
        }
    )
    assert rules(client) == AsynchronousRules(FUNCTION, 2, 21_600.0)
    assert rules(Client({"get_function": ClientError({}, "GetFunction")})) == AsynchronousRules()
