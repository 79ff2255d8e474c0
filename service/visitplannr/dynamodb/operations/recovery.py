"""Point-in-time recovery: a table is restored as it is now, into a new one."""

from dataclasses import replace

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.descriptions import describe
from visitplannr.dynamodb.operations.restoring import Source, restored
from visitplannr.dynamodb.storage.schema import Table

DAYS = 35


def table_not_found(name: str) -> DynamoDBError:
    return DynamoDBError("TableNotFoundException", f"Table not found: {name}")


def backed_table(call: Call, name: str) -> Table:
    table = call.database.tables.get(name)
    if table is None:
        raise table_not_found(name)
    return table


def table_of_arn(call: Call, arn: str) -> Table:
    table = call.database.tables.get(arn.removeprefix(call.place.table_arn("")))
    if table is None:
        raise table_not_found(arn)
    return table


def require_recovery(table: Table) -> None:
    if not table.settings.get("recovery"):
        raise DynamoDBError(
            "PointInTimeRecoveryUnavailableException",
            f"Point in time recovery is not enabled for table '{table.name}'",
        )


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


def restore_to_point_in_time(call: Call) -> Answer:
    """Make a table of another's items as they are now."""
    body = call.body
    if body.get("SourceTableArn"):
        table = table_of_arn(call, body["SourceTableArn"])
    elif body.get("SourceTableName"):
        table = backed_table(call, body["SourceTableName"])
    else:
        raise validation("One of SourceTableName or SourceTableArn is required")
    require_recovery(table)
    if not body.get("UseLatestRestorableTime"):
        raise validation(
            "Earlier contents of a table are not kept here; set UseLatestRestorableTime"
        )
    summary = {
        "SourceTableArn": call.place.table_arn(table.name),
        "RestoreDateTime": round(call.now, 3),
    }
    return restored(call, Source(describe(call, table), table.number, summary))
