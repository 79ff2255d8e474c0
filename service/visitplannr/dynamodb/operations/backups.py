"""Backups: a table's description and its items."""

import secrets
from typing import Any

import orjson

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.descriptions import describe
from visitplannr.dynamodb.operations.recovery import backed_table
from visitplannr.dynamodb.operations.restoring import Source, restored
from visitplannr.dynamodb.storage.copies import back_up, forget_backup

OF_SOURCE = ("TableName", "TableId", "TableArn", "TableSizeBytes", "KeySchema", "ItemCount")
# What a stored backup has beside what is shown of it: the number of its items' rows, and the table
# as it was described. Those of an earlier version have neither.
ITEMS = "items"
TABLE = "table"
OF_INDEX = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput")


def create_backup(call: Call) -> Answer:
    table = backed_table(call, call.body["TableName"])
    described = describe(call, table)
    number = f"{int(call.now * 1000):014d}-{secrets.token_hex(4)}"
    details = {
        "BackupArn": f"{described['TableArn']}/backup/{number}",
        "BackupName": call.body["BackupName"],
        "BackupSizeBytes": described["TableSizeBytes"],
        "BackupStatus": "AVAILABLE",
        "BackupType": "USER",
        "BackupCreationDateTime": round(call.now, 3),
    }
    backup = {"BackupDetails": details, **source_details(described)}
    with call.database.writing():
        backup[ITEMS] = back_up(call.database, table)
        backup[TABLE] = described
        call.database.execute(
            "INSERT INTO backups VALUES (?, ?)", (details["BackupArn"], orjson.dumps(backup))
        )
    return {"BackupDetails": details}


def source_details(described: Answer) -> Answer:
    throughput = {
        name: described["ProvisionedThroughput"][name]
        for name in ("ReadCapacityUnits", "WriteCapacityUnits")
    }
    mode = described.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    source = {name: described[name] for name in OF_SOURCE}
    source |= {
        "TableCreationDateTime": described["CreationDateTime"],
        "ProvisionedThroughput": throughput,
        "BillingMode": mode,
    }
    features = {
        member: [
            {name: index[name] for name in OF_INDEX if name in index} for index in described[member]
        ]
        for member in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
        if member in described
    }
    return {"SourceTableDetails": source, "SourceTableFeatureDetails": features}


def stored_backup(call: Call) -> dict[str, Any]:
    arn = call.body["BackupArn"]
    rows = call.database.rows("SELECT definition FROM backups WHERE arn = ?", (arn,))
    if not rows:
        raise DynamoDBError("BackupNotFoundException", f"Backup not found: {arn}")
    backup: dict[str, Any] = orjson.loads(rows[0][0])
    return backup


def shown(backup: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in backup.items() if name not in {ITEMS, TABLE}}


def describe_backup(call: Call) -> Answer:
    return {"BackupDescription": shown(stored_backup(call))}


def delete_backup(call: Call) -> Answer:
    backup = stored_backup(call)
    backup["BackupDetails"]["BackupStatus"] = "DELETED"
    with call.database.writing():
        call.database.execute("DELETE FROM backups WHERE arn = ?", (call.body["BackupArn"],))
        if ITEMS in backup:
            forget_backup(call.database, backup[ITEMS])
    return {"BackupDescription": shown(backup)}


def restore_from_backup(call: Call) -> Answer:
    """Make a table of a backup's items."""
    backup = stored_backup(call)
    if ITEMS not in backup:
        raise validation("This backup was made by an earlier version, which kept no items")
    details = backup["BackupDetails"]
    summary = {
        "SourceBackupArn": details["BackupArn"],
        "SourceTableArn": backup["SourceTableDetails"]["TableArn"],
        "RestoreDateTime": details["BackupCreationDateTime"],
    }
    return restored(call, Source(backup[TABLE], backup[ITEMS], summary))


def list_backups(call: Call) -> Answer:
    body = call.body
    start, limit = body.get("ExclusiveStartBackupArn") or "", body.get("Limit") or 100
    rows = call.database.rows("SELECT definition FROM backups WHERE arn > ? ORDER BY arn", (start,))
    summaries = [summary_of(orjson.loads(definition)) for (definition,) in rows]
    name = body.get("TableName")
    wanted = [each for each in summaries if name in {None, each["TableName"]}]
    answer: Answer = {"BackupSummaries": wanted[:limit]}
    if len(wanted) > limit:
        answer["LastEvaluatedBackupArn"] = wanted[limit - 1]["BackupArn"]
    return answer


def summary_of(backup: dict[str, Any]) -> dict[str, Any]:
    source = backup["SourceTableDetails"]
    named = {name: source[name] for name in ("TableName", "TableId", "TableArn")}
    return {**backup["BackupDetails"], **named}
