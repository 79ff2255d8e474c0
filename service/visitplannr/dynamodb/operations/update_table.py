"""UpdateTable: indexes, streams, throughput, what is only described (dynamodb.md D199 to D201)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, not_found, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.descriptions import SINCE, describe, throughput
from visitplannr.dynamodb.operations.keys import require_index_keys
from visitplannr.dynamodb.operations.replicas import change_replicas
from visitplannr.dynamodb.operations.schema_checks import (
    MOST_GLOBAL,
    require_bounds,
    require_global_index,
)
from visitplannr.dynamodb.operations.table_streams import change_stream
from visitplannr.dynamodb.operations.tables import encryption, paid_by_request, require_made
from visitplannr.dynamodb.operations.unsupported import require_supported
from visitplannr.dynamodb.storage.items import all_items, index_totals, write_entry
from visitplannr.dynamodb.storage.schema import Index, Table, make_index

CHANGES = (
    "BillingMode",
    "ProvisionedThroughput",
    "GlobalSecondaryIndexUpdates",
    "StreamSpecification",
    "SSESpecification",
    "ReplicaUpdates",
    "TableClass",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "WarmThroughput",
)
KINDS = ("Create", "Update", "Delete")


def update_table(call: Call) -> Answer:
    body = call.body
    updates = require_updates(body)
    table = call.described_table(body["TableName"])
    require_made(call, table)
    with call.database.writing():
        changed = described_changes(call, table)
        status: dict[str, str] = {}
        shown = changed
        for kind, given in updates:
            status[given["IndexName"]] = f"{kind[:-1].upper()}ING"
            changed, shown = INDEX_CHANGES[kind](call, changed, given)
        replicas = body.get("ReplicaUpdates") or []
        if replicas:
            changed = shown = change_replicas(call, changed, replicas)
        specification = body.get("StreamSpecification")
        if specification:
            changed = shown = change_stream(call, changed, specification)
        call.database.save(changed)
        described = describe(call, shown, "UPDATING", status)
    for name, state in status.items():
        for index in described.get("GlobalSecondaryIndexes", ()):
            if index["IndexName"] == name and state == "CREATING":
                index["Backfilling"] = True
    created = {each["Create"]["RegionName"] for each in replicas if each.get("Create")}
    for replica in described.get("Replicas", ()):
        if replica["RegionName"] in created:
            replica["ReplicaStatus"] = "CREATING"
    return {"TableDescription": described}


def require_updates(body: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Give the changes of indexes as kind and what is given for it (D199, D200)."""
    if all(body.get(name) in (None, []) for name in CHANGES):
        raise invalid_parameter(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
            "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required "
            "for UpdateTable"
        )
    require_supported(body)
    updates = []
    for each in body.get("GlobalSecondaryIndexUpdates") or ():
        kinds = [kind for kind in KINDS if each.get(kind)]
        if len(kinds) != 1:
            raise invalid_parameter(
                "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                "GlobalSecondaryIndexUpdate.Delete must not be null"
                if not kinds
                else "Only one of Update, Create, Delete may be given in a "
                "GlobalSecondaryIndexUpdate"
            )
        updates.append((kinds[0], each[kinds[0]]))
    require_few(updates)
    return updates


def require_few(updates: list[tuple[str, Mapping[str, Any]]]) -> None:
    names = [given["IndexName"] for _, given in updates]
    if len(set(names)) != len(names):
        raise invalid_parameter("Only one global secondary index update per index is allowed")
    if sum(kind != "Update" for kind, _ in updates) > 1:
        raise DynamoDBError(
            "LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted "
            "simultaneously per table",
        )


def described_changes(call: Call, table: Table) -> Table:
    """Change what only the description shows."""
    body, changes = call.body, dict[str, Any]()
    given = body.get("ProvisionedThroughput")
    mode = body.get("BillingMode")
    if given:
        if mode == "PAY_PER_REQUEST" or (mode is None and by_request(table)):
            raise invalid_parameter(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                "BillingMode is PAY_PER_REQUEST"
            )
        require_bounds(given)
        require_change(table, given, mode)
        changes["ProvisionedThroughput"] = throughput(given)
    if mode == "PAY_PER_REQUEST" and not by_request(table):
        changes |= {
            **paid_by_request(round(call.now, 3)),
            "ProvisionedThroughput": throughput(None),
        }
    if mode == "PROVISIONED" and by_request(table):
        changes |= provisioned(table, given)
    if body.get("TableClass"):
        changes["TableClassSummary"] = {
            "TableClass": body["TableClass"],
            "LastUpdateDateTime": round(call.now, 3),
        }
    if body.get("DeletionProtectionEnabled") is not None:
        changes["DeletionProtectionEnabled"] = body["DeletionProtectionEnabled"]
    if body.get("SSESpecification"):
        enabled = body["SSESpecification"].get("Enabled")
        changes["SSEDescription"] = encryption(call, body["SSESpecification"]) if enabled else None
    for name in ("OnDemandThroughput", "WarmThroughput"):
        if body.get(name):
            changes[name] = body[name]
    return table.described(**changes)


def by_request(table: Table) -> bool:
    summary = table.description.get("BillingModeSummary", {})
    return bool(summary.get("BillingMode") == "PAY_PER_REQUEST")


def provisioned(table: Table, given: Mapping[str, int] | None) -> dict[str, Any]:
    if not given:
        raise invalid_parameter(
            "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"
        )
    since = table.description["BillingModeSummary"].get(SINCE)
    return {
        "BillingModeSummary": {"BillingMode": "PROVISIONED", SINCE: since},
        "TableThroughputModeSummary": None,
    }


def require_change(table: Table, given: Mapping[str, int], mode: str | None) -> None:
    now = table.description["ProvisionedThroughput"]
    names = ("ReadCapacityUnits", "WriteCapacityUnits")
    if not by_request(table) and mode is None and all(now[name] == given[name] for name in names):
        raise validation(
            "The provisioned throughput for the table will not change. The requested value equals "
            "the current value. "
            f"Current ReadCapacityUnits provisioned for the table: {now[names[0]]}. "
            f"Requested ReadCapacityUnits: {given[names[0]]}. "
            f"Current WriteCapacityUnits provisioned for the table: {now[names[1]]}. "
            f"Requested WriteCapacityUnits: {given[names[1]]}. "
            "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request "
            "higher limits."
        )


def create_index(call: Call, table: Table, given: Mapping[str, Any]) -> tuple[Table, Table]:
    """Add a global index and fill it with what fits; give the table, and as it is shown."""
    if table.index(given["IndexName"]):
        raise invalid_parameter(
            f"Attempting to create an index which already exists: {given['IndexName']}"
        )
    definitions = call.body.get("AttributeDefinitions") or []
    require_global_index(given, definitions, by_request=by_request(table))
    if sum(index.is_global for index in table.indexes) >= MOST_GLOBAL:
        raise invalid_parameter(
            f"GlobalSecondaryIndex count exceeds the per-table limit of {MOST_GLOBAL}"
        )
    types = merged_types(table, given, definitions)
    described = {**given, "ProvisionedThroughput": throughput(given.get("ProvisionedThroughput"))}
    index = make_index(call.database.counted("index"), described, types, is_global=True)
    changed = with_definitions(replace(table, indexes=(*table.indexes, index)), types)
    call.database.add_index(table, index)
    backfill(call, changed, index)
    return changed, changed


def merged_types(
    table: Table, given: Mapping[str, Any], definitions: list[Mapping[str, str]]
) -> dict[str, str]:
    """Add the types of the index's attributes to the table's (D200)."""
    types = table.types
    named = {each["AttributeName"] for each in given["KeySchema"]}
    for each in definitions:
        name, kind = each["AttributeName"], each["AttributeType"]
        if types.get(name, kind) != kind:
            raise invalid_parameter(
                "Attributes cannot be redefined. Please check that your attribute has the same "
                f"type as previously defined. Existing schema: {name}:{types[name]} "
                f"New schema: {name}:{kind}"
            )
        if name in named:
            types[name] = kind
    return types


def with_definitions(table: Table, types: Mapping[str, str]) -> Table:
    """Keep the definitions of attributes that are keys of something (D201)."""
    used = {
        part.name
        for keys in (table.keys, *(index.keys for index in table.indexes))
        for part in keys
    }
    definitions = [
        {"AttributeName": name, "AttributeType": kind}
        for name, kind in types.items()
        if name in used
    ]
    return table.described(AttributeDefinitions=definitions)


def backfill(call: Call, table: Table, index: Index) -> None:
    """Enter the items that are there, but for those whose attributes cannot be keys (D199)."""
    only = replace(table, indexes=(index,))
    for key, item in all_items(call.database, table):
        try:
            require_index_keys(only, item)
        except DynamoDBError:
            continue
        write_entry(call.database, table, index, key, None, item)


def delete_index(call: Call, table: Table, given: Mapping[str, Any]) -> tuple[Table, Table]:
    index = global_index(table, given["IndexName"])
    index_totals(call.database, table, index)  # is shown once more
    call.database.drop_index(table, index)
    kept = tuple(each for each in table.indexes if each is not index)
    return with_definitions(replace(table, indexes=kept), table.types), table


def update_index(_: Call, table: Table, given: Mapping[str, Any]) -> tuple[Table, Table]:
    index = global_index(table, given["IndexName"])
    description = dict(index.description)
    if given.get("ProvisionedThroughput"):
        require_bounds(given["ProvisionedThroughput"])
        description["ProvisionedThroughput"] = throughput(given["ProvisionedThroughput"])
    for name in ("OnDemandThroughput", "WarmThroughput"):
        if given.get(name):
            description[name] = given[name]
    changed = replace(index, description=description)
    indexes = tuple(changed if each is index else each for each in table.indexes)
    updated = replace(table, indexes=indexes)
    return updated, updated


def global_index(table: Table, name: str) -> Index:
    index = table.index(name)
    if index is None:
        raise not_found(f"Requested resource not found: Index: {name} not found")
    if not index.is_global:
        raise invalid_parameter(f"The index is not a global secondary index: {name}")
    return index


IndexChange = Callable[[Call, Table, Mapping[str, Any]], tuple[Table, Table]]
INDEX_CHANGES: dict[str, IndexChange] = {
    "Create": create_index,
    "Update": update_index,
    "Delete": delete_index,
}
