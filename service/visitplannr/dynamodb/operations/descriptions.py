"""Tables as DescribeTable and its kin show them (dynamodb.md D198, D203, D208, D209)."""

from typing import Any

from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.storage.items import index_totals, table_totals
from visitplannr.dynamodb.storage.schema import Index, Table

GLOBAL_TABLE_VERSION = "2019.11.21"
SINCE = "LastUpdateToPayPerRequestDateTime"


def describe(
    call: Call, table: Table, status: str = "ACTIVE", index_status: dict[str, str] | None = None
) -> Answer:
    """Describe a table; `index_status` names the global indexes that are not ACTIVE."""
    number, size = table_totals(call.database, table)
    described: Answer = {
        **table.description,
        "TableName": table.name,
        "TableArn": call.place.table_arn(table.name),
        "TableStatus": status,
        "ItemCount": number,
        "TableSizeBytes": size,
    }
    statuses = index_status or {}
    for member, is_global in (("LocalSecondaryIndexes", False), ("GlobalSecondaryIndexes", True)):
        indexes = [
            describe_index(call, table, index, statuses.get(index.name, "ACTIVE"))
            for index in table.indexes
            if index.is_global is is_global
        ]
        if indexes:
            described[member] = indexes
    return described | describe_replicas(table, status)


def describe_replicas(table: Table, status: str) -> Answer:
    """Describe what is said of replicas in other regions, if anything is."""
    replicas = table.settings.get("replicas")
    if not replicas:
        return {}
    shown = [{**each, "ReplicaStatus": status} for each in replicas.values()]
    return {"Replicas": shown, "GlobalTableVersion": GLOBAL_TABLE_VERSION}


def describe_index(call: Call, table: Table, index: Index, status: str) -> Answer:
    number, size = index_totals(call.database, table, index)
    described: Answer = {
        **index.description,
        "IndexArn": f"{call.place.table_arn(table.name)}/index/{index.name}",
        "IndexSizeBytes": size,
        "ItemCount": number,
    }
    if index.is_global:
        described["IndexStatus"] = status
    return described


def describe_created(call: Call, table: Table) -> Answer:
    """Describe a table that is being made: its global indexes are, too (D203)."""
    statuses = {index.name: "CREATING" for index in table.indexes}
    described = describe(call, table, "CREATING", statuses)
    for member in ("BillingModeSummary", "TableThroughputModeSummary"):
        if member in described:
            described[member] = {
                name: value for name, value in described[member].items() if name != SINCE
            }
    return described


def describe_deleted(call: Call, table: Table) -> Answer:
    """Describe a table that is being deleted: without its schema (D208)."""
    described = describe(call, table, "DELETING")
    left_out = {
        "KeySchema",
        "AttributeDefinitions",
        "GlobalSecondaryIndexes",
        "LocalSecondaryIndexes",
        "CreationDateTime",
    }
    return {name: value for name, value in described.items() if name not in left_out}


def throughput(given: dict[str, Any] | None) -> dict[str, Any]:
    """Give ProvisionedThroughput as it is described; zeros where it is paid by request."""
    units = given or {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    return {**units, "NumberOfDecreasesToday": 0}
