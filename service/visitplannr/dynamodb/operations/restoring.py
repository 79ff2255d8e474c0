"""A new table of the items of a backup, or of another table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.descriptions import describe
from visitplannr.dynamodb.operations.schema_checks import require_new_table
from visitplannr.dynamodb.operations.tables import new_table
from visitplannr.dynamodb.operations.unsupported import require_supported
from visitplannr.dynamodb.operations.update_table import backfill
from visitplannr.dynamodb.storage.copies import fill_from

OF_INDEX = ("IndexName", "KeySchema", "Projection")
UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")
# What of the request stands in the place of what the source has.
OVERRIDES = {
    "BillingModeOverride": "BillingMode",
    "GlobalSecondaryIndexOverride": "GlobalSecondaryIndexes",
    "LocalSecondaryIndexOverride": "LocalSecondaryIndexes",
    "ProvisionedThroughputOverride": "ProvisionedThroughput",
    "OnDemandThroughputOverride": "OnDemandThroughput",
    "SSESpecificationOverride": "SSESpecification",
}


@dataclass(frozen=True)
class Source:
    """What is restored: a table's description, the number of its items' rows, RestoreSummary."""

    description: Mapping[str, Any]
    number: int
    summary: Mapping[str, Any]


def restored(call: Call, source: Source) -> Answer:
    """Make the table that a request asks for, with the source's items.

    Raises:
        DynamoDBError: its name is taken, or the overrides do not fit.
    """
    name = call.body["TargetTableName"]
    if name in call.database.tables:
        raise DynamoDBError("TableAlreadyExistsException", f"Table already exists: {name}")
    require_supported(call.body)
    wanted = creation(call.body, source.description)
    require_new_table(wanted)
    with call.database.writing():
        table = new_table(replace(call, body=wanted))
        table = table.described(RestoreSummary={**source.summary, "RestoreInProgress": False})
        call.database.save(table)
        fill_from(call.database, table, source.number)
        for index in table.indexes:
            backfill(call, table, index)
    described = describe(call, table, "CREATING")
    described["RestoreSummary"] = {**source.summary, "RestoreInProgress": True}
    return {"TableDescription": described}


def creation(body: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any]:
    """Give CreateTable's request for a table like the source, with what the request overrides."""
    wanted: dict[str, Any] = {
        "TableName": body["TargetTableName"],
        "KeySchema": source["KeySchema"],
        "BillingMode": source.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        **units(source),
    }
    for member in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        if source.get(member):
            wanted[member] = [index_of(each) for each in source[member]]
    wanted |= {
        member: body[name] for name, member in OVERRIDES.items() if body.get(name) is not None
    }
    if wanted["BillingMode"] == "PAY_PER_REQUEST":
        wanted.pop("ProvisionedThroughput", None)
        wanted["GlobalSecondaryIndexes"] = [
            {name: value for name, value in index.items() if name != "ProvisionedThroughput"}
            for index in wanted.get("GlobalSecondaryIndexes", ())
        ]
    wanted = {name: value for name, value in wanted.items() if value != []}
    return {**wanted, "AttributeDefinitions": definitions(wanted, source)}


def units(described: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Give ProvisionedThroughput of what has any."""
    given = {name: described.get("ProvisionedThroughput", {}).get(name) for name in UNITS}
    return {"ProvisionedThroughput": given} if all(given.values()) else {}


def index_of(described: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: described[name] for name in OF_INDEX}, **units(described)}


def definitions(wanted: Mapping[str, Any], source: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Give the definitions of the attributes that are still keys."""
    schemas = [wanted["KeySchema"]]
    for member in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        schemas += [index["KeySchema"] for index in wanted.get(member, ())]
    used = {each["AttributeName"] for elements in schemas for each in elements}
    return [each for each in source["AttributeDefinitions"] if each["AttributeName"] in used]
