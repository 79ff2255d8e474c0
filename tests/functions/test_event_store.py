"""Appending exactly once, to a real table; and what a table over its capacity gives."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from command_channel.event_store import Event, ThrottledError, event_store, from_item, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

EVENT = Event(
    stream_name="destination-1",
    event_id="017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
    type="DestinationProposed",
    version=1,
    occurred_at="2026-01-31T12:00:00.123Z",
    data={
        "name": "Zoo",
        "description": "",
        "geolocation": {
            "latitude": Decimal("45.764000000000000000000000000000000001"),
            "longitude": Decimal("1E-130"),
        },
    },
    metadata={"RequestId": "1", "Source": "POST /destination"},
)
ITEM = {
    "StreamName": {"S": "destination-1"},
    "EventId": {"S": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"},
    "Type": {"S": "DestinationProposed"},
    "Version": {"N": "1"},
    "OccurredAt": {"S": "2026-01-31T12:00:00.123Z"},
    "Data": {
        "M": {
            "name": {"S": "Zoo"},
            "description": {"S": ""},
            "geolocation": {
                "M": {
                    "latitude": {"N": "45.764000000000000000000000000000000001"},
                    "longitude": {"N": "1E-130"},
                }
            },
        }
    },
    "Metadata": {"M": {"RequestId": {"S": "1"}, "Source": {"S": "POST /destination"}}},
}


def stored(client: "DynamoDBClient", table: str) -> list[Event]:
    return [from_item(item) for item in client.scan(TableName=table)["Items"]]


def test_the_item_of_an_event() -> None:
    assert to_item(EVENT) == ITEM
    assert from_item(ITEM) == EVENT


def test_what_no_event_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="strings, numbers and maps only"):
        from_item({**ITEM, "Data": {"BOOL": True}})


def test_append(client: "DynamoDBClient", events_table: str) -> None:
    assert event_store(client, events_table)(EVENT) == EVENT
    assert stored(client, events_table) == [EVENT]


def test_events_of_a_stream_read_back_in_the_order_of_their_ids(
    client: "DynamoDBClient", events_table: str
) -> None:
    append = event_store(client, events_table)
    events = [replace(EVENT, event_id=f"017f22e2-79b{digit}") for digit in "3120"]
    for event in events:
        append(event)
    answer = client.query(
        TableName=events_table,
        KeyConditionExpression="StreamName = :stream",
        ExpressionAttributeValues={":stream": {"S": EVENT.stream_name}},
    )
    assert [from_item(item) for item in answer["Items"]] == sorted(
        events, key=lambda event: event.event_id
    )


def test_a_taken_key_keeps_its_event(client: "DynamoDBClient", events_table: str) -> None:
    append = event_store(client, events_table)
    append(EVENT)
    assert append(replace(EVENT, data={"name": "Other"})) == EVENT
    assert stored(client, events_table) == [EVENT]


def test_a_lost_answer_appends_once(
    losing_first_answer: "DynamoDBClient", client: "DynamoDBClient", events_table: str
) -> None:
    assert event_store(losing_first_answer, events_table)(EVENT) == EVENT
    assert stored(client, events_table) == [EVENT]


def test_throttling_after_one_retry(throttled: tuple["DynamoDBClient", list[bytes]]) -> None:
    client, requests = throttled
    with pytest.raises(ThrottledError, match="over capacity"):
        event_store(client, "events")(EVENT)
    assert [json.loads(request)["Item"] for request in requests] == [ITEM, ITEM]


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        ("ProvisionedThroughputExceededException", ThrottledError),
        ("ThrottlingException", ThrottledError),
        ("RequestLimitExceeded", ThrottledError),
        ("ResourceNotFoundException", ClientError),
        ("AccessDeniedException", ClientError),
        ("ConditionalCheckFailedException", ClientError),
    ],
)
def test_errors(
    connect: Callable[[str], "DynamoDBClient"], code: str, raised: type[Exception]
) -> None:
    client = connect("http://127.0.0.1:1")
    with Stubber(client) as stubber:
        stubber.add_client_error("put_item", code)
        with pytest.raises(raised) as caught:
            event_store(client, "events")(EVENT)
    assert type(caught.value).__name__ in {raised.__name__, code}
