"""Backups and point-in-time recovery, as descriptions: nothing is copied, nothing restored."""

import secrets
from dataclasses import replace
from typing import Any

import orjson

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.descriptions import describe
from visitplannr.dynamodb.storage.schema import Table

DAYS = 35
OF_SOURCE = ("TableName", "TableId", "TableArn", "TableSizeBytes", "KeySchema", "ItemCount")
OF_INDEX = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput")


def backed_table(call: Call, name: str) -> Table:
    table = call.database.tables.get(name)
    if table is None:
        raise DynamoDBError("TableNotFoundException", f"Table not found: {name}")
    return table


def describe_continuous_backups(call: Call) -> Answer:
    return described_recovery(call, backed_table(call, call.body["TableName"]))


def update_continuous_backups(call: Call) -> Answer:
    table = backed_table(call, call.body["TableName"])
    given = call.body["PointInTimeRecoverySpecification"]
    recovery = None
    if given["PointInTimeRecoveryEnabled"]:
        recovery = {"since": call.now, "days": given.get("RecoveryPeriodInDays") or DAYS}
    changed = replace(table, settings={**table.settings, "recovery": recovery})
    with call.database.writing():
        call.database.save(changed)
    return described_recovery(call, changed)


def described_recovery(call: Call, table: Table) -> Answer:
    recovery = table.settings.get("recovery")
    described: Answer = {"PointInTimeRecoveryStatus": "DISABLED"}
    if recovery:
        described = {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": recovery["days"],
            "EarliestRestorableDateTime": round(recovery["since"], 3),
            "LatestRestorableDateTime": round(call.now, 3),
        }
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED" if recovery else "DISABLED",
            "PointInTimeRecoveryDescription": described,
        }
    }


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


def describe_backup(call: Call) -> Answer:
    return {"BackupDescription": stored_backup(call)}


def delete_backup(call: Call) -> Answer:
    backup = stored_backup(call)
    backup["BackupDetails"]["BackupStatus"] = "DELETED"
    with call.database.writing():
        call.database.execute("DELETE FROM backups WHERE arn = ?", (call.body["BackupArn"],))
    return {"BackupDescription": backup}


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


def restore(_: Call) -> Answer:
    raise validation(
        "A backup here is a description only and cannot be restored; copy the database file instead"
    )
