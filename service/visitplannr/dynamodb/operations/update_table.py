"""UpdateTable: indexes, streams, throughput, what is only described (dynamodb.md D199 to D201)."""

from collections.abc import Iterable, Mapping
from typing import Any

from visitplannr.dynamodb.errors import invalid_parameter, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.descriptions import SINCE, describe, throughput
from visitplannr.dynamodb.operations.index_changes import (
    INDEX_CHANGES,
    by_request,
    require_index_capacity,
)
from visitplannr.dynamodb.operations.replicas import change_replicas
from visitplannr.dynamodb.operations.table_streams import change_stream
from visitplannr.dynamodb.operations.tables import encryption, paid_by_request, require_made
from visitplannr.dynamodb.operations.update_checks import required_updates
from visitplannr.dynamodb.storage.schema import Table


def update_table(call: Call) -> Answer:
    body = call.body
    updates = required_updates(body)
    table = call.described_table(body["TableName"])
    require_made(call, table)
    require_index_capacity(table, body, updates)
    status = {given["IndexName"]: f"{kind[:-1].upper()}ING" for kind, given in updates}
    replicas = body.get("ReplicaUpdates") or []
    with call.database.writing():
        changed = shown = described_changes(call, table)
        for kind, given in updates:
            changed, shown = INDEX_CHANGES[kind](call, changed, given)
        if replicas:
            changed = shown = change_replicas(call, changed, replicas)
        if body.get("StreamSpecification"):
            changed = shown = change_stream(call, changed, body["StreamSpecification"])
        call.database.save(changed)
        described = describe(call, shown, "UPDATING", status)
    show_creation(described, replicas)
    return {"TableDescription": described}


def show_creation(described: Answer, replicas: Iterable[Mapping[str, Any]]) -> None:
    """Show that new indexes are being filled and new replicas made."""
    for index in described.get("GlobalSecondaryIndexes", ()):
        if index["IndexStatus"] == "CREATING":
            index["Backfilling"] = True
    created = {each["Create"]["RegionName"] for each in replicas if each.get("Create")}
    for replica in described.get("Replicas", ()):
        if replica["RegionName"] in created:
            replica["ReplicaStatus"] = "CREATING"


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
