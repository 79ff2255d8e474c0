"""Kinesis streams that a table's changes are written to."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from visitplannr.dynamodb.errors import not_found, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.storage.schema import Table

NOT_DISABLED = (
    "Table is not in a valid state to enable Kinesis Streaming Destination: "
    "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
    "operation."
)
NOT_ACTIVE = (
    "Table is not in a valid state to {verb} Kinesis Streaming Destination: "
    "{Verb}KinesisStreamingDestination must be ACTIVE to perform {VERB} operation."
)
MILLISECOND = "MILLISECOND"


def require_active(call: Call, verb: str) -> tuple[Table, dict[str, Any]]:
    """Give the table and its destinations, of which the one that is named is active."""
    table = call.described_table(call.body["TableName"])
    found = destinations(table)
    arn = call.body["StreamArn"]
    if arn not in found:
        raise not_found(
            f"Requested resource not found: Table: {table.name} has no Kinesis destination {arn}"
        )
    if found[arn]["status"] != "ACTIVE":
        raise validation(NOT_ACTIVE.format(verb=verb, Verb=verb.capitalize(), VERB=verb.upper()))
    return table, found


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


def enable(call: Call) -> Answer:
    table = call.described_table(call.body["TableName"])
    found, arn = destinations(table), call.body["StreamArn"]
    if found.get(arn, {}).get("status") == "ACTIVE":
        raise validation(NOT_DISABLED)
    configuration = "EnableKinesisStreamingConfiguration"
    precision = precision_of(call, configuration)
    save(
        call,
        table,
        {**found, arn: {"status": "ACTIVE", "precision": precision or MILLISECOND}},
    )
    return answer(call, "ENABLING", configuration, precision)


def disable(call: Call) -> Answer:
    table, found = require_active(call, "disable")
    arn = call.body["StreamArn"]
    save(call, table, {**found, arn: {**found[arn], "status": "DISABLED"}})
    return answer(call, "DISABLING", "EnableKinesisStreamingConfiguration")


def update(call: Call) -> Answer:
    table, found = require_active(call, "update")
    arn, configuration = call.body["StreamArn"], "UpdateKinesisStreamingConfiguration"
    precision = precision_of(call, configuration)
    if precision is None or precision == found[arn]["precision"]:
        raise validation(
            "Invalid Request: Precision is already set to the desired value of "
            f"{found[arn]['precision']} for tableName: {table.name}, streamArn: {arn}"
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
