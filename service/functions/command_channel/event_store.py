"""Append events to the events table, exactly once.

The table's key is StreamName (hash) and EventId (range). A put is conditional on its key being
free, and answers with the event that has the key otherwise, so dynamodb:PutItem is all it needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_THROTTLING = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
}


class ThrottledError(Exception):
    """Raise when the table takes no more writes for now, after the client's own retries."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event as the table holds it; `occurred_at` is ISO 8601, UTC, milliseconds and Z.

    `data` holds strings, Decimals and mappings of them; equal numbers are equal data (1.50, 1.5).
    """

    stream_name: str
    event_id: str
    type: str
    version: int
    occurred_at: str
    data: Mapping[str, Any]
    metadata: Mapping[str, str]


class Append(Protocol):
    def __call__(self, event: Event, /) -> Event:
        """Append an event, and return the event that the table now has under its key.

        That is this very event, also if it was the answer to an earlier attempt that got lost; or
        the one that was there before, and nothing is written.

        Raises:
            ThrottledError: the table takes no more writes for now.
        """


def event_store(client: "DynamoDBClient", table: str) -> Append:
    """Give the `append` of a table; errors other than throttling are botocore's."""

    def append(event: Event) -> Event:
        try:
            client.put_item(
                TableName=table,
                Item=to_item(event),
                ConditionExpression="attribute_not_exists(StreamName)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            return _held_event(error)
        return event

    return append


def to_item(event: Event) -> dict[str, Any]:
    """Give the item in DynamoDB's JSON, attributes in CamelCase."""
    return {
        "StreamName": {"S": event.stream_name},
        "EventId": {"S": event.event_id},
        "Type": {"S": event.type},
        "Version": {"N": str(event.version)},
        "OccurredAt": {"S": event.occurred_at},
        "Data": _attribute(event.data),
        "Metadata": _attribute(event.metadata),
    }


def from_item(item: Mapping[str, Any]) -> Event:
    """Read an item that `to_item` made."""
    return Event(
        stream_name=item["StreamName"]["S"],
        event_id=item["EventId"]["S"],
        type=item["Type"]["S"],
        version=int(item["Version"]["N"]),
        occurred_at=item["OccurredAt"]["S"],
        data=_value(item["Data"]),
        metadata=_value(item["Metadata"]),
    )


def _held_event(error: ClientError) -> Event:
    response: Mapping[str, Any] = error.response
    code = response["Error"]["Code"]
    if code in _THROTTLING:
        raise ThrottledError(str(error)) from error
    if code == "ConditionalCheckFailedException" and "Item" in response:
        return from_item(response["Item"])
    raise error


# boto3.dynamodb.types does the same for every type; its import is a tenth of a cold start's.
def _attribute(value: Any) -> dict[str, Any]:
    match value:
        case str():
            return {"S": value}
        case Decimal():
            return {"N": str(value)}
        case _:
            return {"M": {name: _attribute(member) for name, member in value.items()}}


def _value(attribute: Mapping[str, Any]) -> Any:
    match dict(attribute):
        case {"S": text}:
            return text
        case {"N": number}:
            return Decimal(number)
        case {"M": members}:
            return {name: _value(member) for name, member in members.items()}
        case _:
            raise TypeError(f"an event holds strings, numbers and maps only, not {attribute}")
