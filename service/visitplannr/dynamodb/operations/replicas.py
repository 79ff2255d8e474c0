"""Replicas in other regions, as descriptions: nothing is written there.

Of the two versions of global tables, UpdateTable's ReplicaUpdates are of 2019.11.21, the operations
with GlobalTable in their names of 2017.11.29.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.descriptions import describe
from visitplannr.dynamodb.storage.schema import Table

KINDS = ("Create", "Update", "Delete")
OVERRIDES = (
    *("KMSMasterKeyId", "ProvisionedThroughputOverride", "OnDemandThroughputOverride"),
    "GlobalSecondaryIndexes",
)
Replicas = dict[str, Mapping[str, Any]]


def change_replicas(call: Call, table: Table, updates: list[Mapping[str, Any]]) -> Table:
    """Give the table with the replicas that UpdateTable asks for, or without.

    Raises:
        DynamoDBError: one is there already, is not there, or is the table itself.
    """
    replicas: Replicas = dict(table.settings.get("replicas") or {})
    for update in updates:
        kinds = [kind for kind in KINDS if update.get(kind)]
        if len(kinds) != 1:
            raise invalid_parameter(
                "One of ReplicationGroupUpdate.Create, ReplicationGroupUpdate.Update, "
                "ReplicationGroupUpdate.Delete must not be null"
                if not kinds
                else "Only one of Create, Update, Delete may be given in a ReplicationGroupUpdate"
            )
        change_replica(call, table, replicas, kinds[0], update[kinds[0]])
    return replace(table, settings={**table.settings, "replicas": replicas})


def change_replica(
    call: Call, table: Table, replicas: Replicas, kind: str, given: Mapping[str, Any]
) -> None:
    region = given["RegionName"]
    there = region in replicas
    if kind == "Create" and (there or region == call.place.region):
        raise validation(
            f"Failed to create a the new replica of table with name: '{table.name}' because one or "
            "more replicas already existed as tables."
        )
    if kind != "Create" and not there:
        raise validation(
            "Update global table operation failed because one or more replicas were not part of "
            "the global table."
        )
    if kind == "Delete":
        del replicas[region]
        return
    described = {**replicas.get(region, {}), "RegionName": region}
    described |= {name: given[name] for name in OVERRIDES if given.get(name)}
    if given.get("TableClassOverride"):
        described["ReplicaTableClassSummary"] = {"TableClass": given["TableClassOverride"]}
    replicas[region] = described


def describe_auto_scaling(call: Call) -> Answer:
    table = call.described_table(call.body["TableName"])
    replicas = table.settings.get("replicas") or {}
    shown = [
        {"RegionName": region, "GlobalSecondaryIndexes": [], "ReplicaStatus": "ACTIVE"}
        for region in ((call.place.region, *replicas) if replicas else ())
    ]
    described = {"TableName": table.name, "TableStatus": "ACTIVE", "Replicas": shown}
    return {"TableAutoScalingDescription": described}


def create_global_table(call: Call) -> Answer:
    name = call.body["GlobalTableName"]
    table = call.database.tables.get(name)
    if table is None:
        raise DynamoDBError("TableNotFoundException", f"Table not found: {name}")
    if table.settings.get("global_table"):
        raise DynamoDBError(
            "GlobalTableAlreadyExistsException", f"Global table with name: '{name}' already exists."
        )
    regions = [each["RegionName"] for each in call.body["ReplicationGroup"]]
    return saved(call, table, {"regions": regions, "since": call.now}, "CREATING")


def saved(call: Call, table: Table, described: Mapping[str, Any], status: str) -> Answer:
    with call.database.writing():
        settings = {**table.settings, "global_table": described}
        call.database.save(replace(table, settings=settings))
    return {"GlobalTableDescription": global_description(call, table.name, described, status)}


def global_table(call: Call) -> Table:
    name = call.body["GlobalTableName"]
    table = call.database.tables.get(name)
    if table is None or not table.settings.get("global_table"):
        raise DynamoDBError(
            "GlobalTableNotFoundException",
            f"Global table not found: Global table with name: '{name}' does not exist.",
        )
    return table


def global_description(call: Call, name: str, given: Mapping[str, Any], status: str) -> Answer:
    return {
        "ReplicationGroup": [{"RegionName": region} for region in given["regions"]],
        "GlobalTableArn": f"arn:aws:dynamodb::{call.place.account}:global-table/{name}",
        "CreationDateTime": round(given["since"], 3),
        "GlobalTableStatus": status,
        "GlobalTableName": name,
    }


def describe_global_table(call: Call) -> Answer:
    table = global_table(call)
    given = table.settings["global_table"]
    return {"GlobalTableDescription": global_description(call, table.name, given, "ACTIVE")}


def update_global_table(call: Call) -> Answer:
    table = global_table(call)
    given = table.settings["global_table"]
    regions = list(given["regions"])
    for update in call.body["ReplicaUpdates"]:
        for kind in ("Create", "Delete"):
            region = (update.get(kind) or {}).get("RegionName")
            if region is not None:
                change_region(regions, kind, region)
    return saved(call, table, {**given, "regions": regions}, "UPDATING")


def change_region(regions: list[str], kind: str, region: str) -> None:
    if kind == "Create":
        if region in regions:
            raise DynamoDBError(
                "ReplicaAlreadyExistsException", f"Replica already exists: {region}"
            )
        regions.append(region)
        return
    if region not in regions:
        raise DynamoDBError("ReplicaNotFoundException", f"Replica not found: {region}")
    regions.remove(region)


def describe_global_settings(call: Call) -> Answer:
    table = global_table(call)
    units = describe(call, table)["ProvisionedThroughput"]
    settings = [
        {
            "RegionName": region,
            "ReplicaStatus": "ACTIVE",
            "ReplicaProvisionedReadCapacityUnits": units["ReadCapacityUnits"],
            "ReplicaProvisionedWriteCapacityUnits": units["WriteCapacityUnits"],
        }
        for region in table.settings["global_table"]["regions"]
    ]
    return {"GlobalTableName": table.name, "ReplicaSettings": settings}


def update_global_settings(call: Call) -> Answer:
    global_table(call)
    raise validation("The settings of a global table are those of its table here; use UpdateTable")


def list_global_tables(call: Call) -> Answer:
    body, tables = call.body, call.database.tables
    start, limit = body.get("ExclusiveStartGlobalTableName") or "", body.get("Limit") or 100
    wanted = [
        {
            "GlobalTableName": name,
            "ReplicationGroup": [{"RegionName": region} for region in given["regions"]],
        }
        for name in sorted(tables)
        if name > start and (given := tables[name].settings.get("global_table"))
        if body.get("RegionName") in {None, *given["regions"]}
    ]
    answer: Answer = {"GlobalTables": wanted[:limit]}
    if len(wanted) > limit:
        answer["LastEvaluatedGlobalTableName"] = wanted[limit - 1]["GlobalTableName"]
    return answer
