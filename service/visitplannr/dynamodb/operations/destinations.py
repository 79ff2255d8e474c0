"""Kinesis streams that a table's changes are written to (dynamodb.md D259)."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.storage.records import EXPIRY_IDENTITY
from visitplannr.dynamodb.storage.schema import Table
from visitplannr.dynamodb.values import Item, item_size

NOT_DISABLED = (
    "Table is not in a valid state to enable Kinesis Streaming Destination: "
    "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
    "operation."
)
NOT_ACTIVE = (
    "Table is not in a valid state to enable Kinesis Streaming Destination: "
    "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
)
NOT_CHANGEABLE = (
    "Table is not in a valid state to enable Kinesis Streaming Destination: Kinesis streaming is "
    "not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: {}, kdsArn: {}"
)
MILLISECOND = "MILLISECOND"
UNITS = {MILLISECOND: 1_000, "MICROSECOND": 1_000_000}


def is_active(found: Mapping[str, Any], arn: str) -> bool:
    return bool(found.get(arn, {}).get("status") == "ACTIVE")


def destinations(table: Table) -> dict[str, Any]:
    """Give status and precision by the stream's ARN."""
    return dict(table.settings.get("kinesis") or {})


def save(call: Call, table: Table, found: Mapping[str, Any]) -> None:
    with call.database.writing():
        call.database.save(replace(table, settings={**table.settings, "kinesis": found}))


def answer(call: Call, status: str, configuration: str, precision: str | None = None) -> Answer:
    given = {"ApproximateCreationDateTimePrecision": precision} if precision else None
    return {
        "TableName": call.body["TableName"],
        "StreamArn": call.body["StreamArn"],
        "DestinationStatus": status,
        **({configuration: given} if given else {}),
    }


def precision_of(call: Call, configuration: str) -> str | None:
    given = call.body.get(configuration) or {}
    precision: str | None = given.get("ApproximateCreationDateTimePrecision")
    return precision


def send_change(
    call: Call, table: Table, old: Item | None, new: Item | None, *, expired: bool
) -> None:
    """Give the record of a change to each active destination, once it is committed."""
    for arn, each in destinations(table).items():
        if each["status"] == "ACTIVE":
            record = kinesis_record(call, table, old, new, each["precision"])
            record["userIdentity"] = EXPIRY_IDENTITY if expired else None
            call.database.outgoing.append((arn, record))


def kinesis_record(
    call: Call, table: Table, old: Item | None, new: Item | None, precision: str
) -> dict[str, Any]:
    """Make the record as DynamoDB writes it to Kinesis; the time is in ms or microseconds."""
    keys = table.keys.of(new if new is not None else old or {})
    images = {"NewImage": new, "OldImage": old}
    shown = {name: image for name, image in images.items() if image is not None}
    change: dict[str, Any] = {
        "ApproximateCreationDateTime": int(call.now * UNITS[precision]),
        "Keys": keys,
        **shown,
        "SizeBytes": item_size(keys) + sum(map(item_size, shown.values())),
    }
    if precision != MILLISECOND:
        change["ApproximateCreationDateTimePrecision"] = precision
    return {
        "awsRegion": call.place.region,
        "eventID": str(uuid.uuid4()),
        "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
        "recordFormat": "application/json",
        "tableName": table.name,
        "dynamodb": change,
        "eventSource": "aws:dynamodb",
    }


def enable(call: Call) -> Answer:
    table = call.described_table(call.body["TableName"])
    found, arn = destinations(table), call.body["StreamArn"]
    if is_active(found, arn):
        raise validation(NOT_DISABLED)
    configuration = "EnableKinesisStreamingConfiguration"
    precision = precision_of(call, configuration)
    wanted = {"status": "ACTIVE", "precision": precision or MILLISECOND}
    save(call, table, {**found, arn: wanted})
    return answer(call, "ENABLING", configuration, precision)


def disable(call: Call) -> Answer:
    configuration = "EnableKinesisStreamingConfiguration"
    if precision_of(call, configuration):
        raise validation(
            "Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters"
        )
    table = call.described_table(call.body["TableName"])
    found, arn = destinations(table), call.body["StreamArn"]
    if not is_active(found, arn):
        raise validation(NOT_ACTIVE)
    save(call, table, {**found, arn: {**found[arn], "status": "DISABLED"}})
    return answer(call, "DISABLING", configuration)


def update(call: Call) -> Answer:
    configuration = "UpdateKinesisStreamingConfiguration"
    precision = precision_of(call, configuration)
    if precision is None:
        raise validation(
            "Streaming destination cannot be updated with given parameters: "
            "UpdateKinesisStreamingConfiguration cannot be null or contain only null values"
        )
    table = call.described_table(call.body["TableName"])
    found, arn = destinations(table), call.body["StreamArn"]
    if not is_active(found, arn):
        raise validation(NOT_CHANGEABLE.format(table.name, arn))
    if precision == found[arn]["precision"]:
        raise validation(
            f"Invalid Request: Precision is already set to the desired value of {precision} for "
            f"tableId: {table.description['TableId']}, kdsArn: {arn}"
        )
    save(call, table, {**found, arn: {**found[arn], "precision": precision}})
    return answer(call, "UPDATING", configuration, precision)


def describe(call: Call) -> Answer:
    table = call.described_table(call.body["TableName"])
    shown = [
        {
            "StreamArn": arn,
            "DestinationStatus": each["status"],
            "ApproximateCreationDateTimePrecision": each["precision"],
        }
        for arn, each in destinations(table).items()
    ]
    return {"TableName": table.name, "KinesisDataStreamDestinations": shown}
