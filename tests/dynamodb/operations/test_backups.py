"""Backups, restored tables, exports and imports."""

from typing import Any

import pytest
from dynamodb.engines import START, Clock, index, item, keys, refused, table
from visitplannr.dynamodb.engine import Engine

NAME = {"TableName": "table"}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/table"
ON = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
LATEST = {"SourceTableName": "table", "UseLatestRestorableTime": True}


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Give an engine with a table of two items and a global index, in which is one of them."""
    engine.call("CreateTable", table(GlobalSecondaryIndexes=[index("abc", "g")]))
    engine.call("PutItem", NAME | {"Item": item(p="a", c="1", g="x")})
    engine.call("PutItem", NAME | {"Item": item(p="a", c="2")})
    return engine


def items(engine: Engine, **body: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = engine.call("Scan", body)["Items"]
    return found


def test_point_in_time_recovery_is_described(filled: Engine) -> None:
    described = filled.call("DescribeContinuousBackups", NAME)["ContinuousBackupsDescription"]
    assert described == {
        "ContinuousBackupsStatus": "DISABLED",
        "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
    }
    changed = filled.call("UpdateContinuousBackups", NAME | ON)["ContinuousBackupsDescription"]
    assert changed["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_a_backup_has_the_items_of_its_time(filled: Engine) -> None:
    details = filled.call("CreateBackup", NAME | {"BackupName": "copy"})["BackupDetails"]
    arn = {"BackupArn": details["BackupArn"]}
    filled.call("PutItem", NAME | {"Item": item(p="a", c="3", g="x")})
    filled.call("DescribeTable", NAME)
    filled.call("DeleteTable", NAME)
    made = filled.call("RestoreTableFromBackup", {"TargetTableName": "new", **arn})
    assert made["TableDescription"]["TableStatus"] == "CREATING"
    assert made["TableDescription"]["RestoreSummary"] == {
        "SourceBackupArn": details["BackupArn"],
        "SourceTableArn": ARN,
        "RestoreDateTime": START,
        "RestoreInProgress": True,
    }
    assert items(filled, TableName="new") == [item(p="a", c="1", g="x"), item(p="a", c="2")]
    assert items(filled, TableName="new", IndexName="abc") == [item(p="a", c="1", g="x")]
    described = filled.call("DescribeTable", {"TableName": "new"})["Table"]
    assert (described["ItemCount"], described["RestoreSummary"]["RestoreInProgress"]) == (2, False)


def test_a_backup_is_described_and_listed_until_it_is_deleted(filled: Engine) -> None:
    details = filled.call("CreateBackup", NAME | {"BackupName": "copy"})["BackupDetails"]
    arn = {"BackupArn": details["BackupArn"]}
    backup = filled.call("DescribeBackup", arn)["BackupDescription"]
    assert set(backup) == {"BackupDetails", "SourceTableDetails", "SourceTableFeatureDetails"}
    assert backup["BackupDetails"] == details
    assert backup["SourceTableFeatureDetails"]["GlobalSecondaryIndexes"][0]["IndexName"] == "abc"
    (listed,) = filled.call("ListBackups", NAME)["BackupSummaries"]
    assert (listed["BackupName"], listed["TableName"]) == ("copy", "table")
    deleted = filled.call("DeleteBackup", arn)["BackupDescription"]
    assert deleted["BackupDetails"]["BackupStatus"] == "DELETED"
    assert filled.call("ListBackups", {}) == {"BackupSummaries": []}
    text = refused(filled, "RestoreTableFromBackup", TargetTableName="new", **arn)
    assert text.startswith("BackupNotFoundException: ")


def test_a_table_is_restored_as_it_is_now(filled: Engine) -> None:
    filled.call("UpdateContinuousBackups", NAME | ON)
    made = filled.call("RestoreTableToPointInTime", {"TargetTableName": "new", **LATEST})
    assert made["TableDescription"]["RestoreSummary"]["SourceTableArn"] == ARN
    filled.call("DeleteItem", NAME | {"Key": item(p="a", c="1")})
    assert len(items(filled, TableName="new")) == 2
    assert len(items(filled, TableName="table")) == 1


def test_what_is_overridden_is_restored_otherwise(filled: Engine) -> None:
    filled.call("UpdateContinuousBackups", NAME | ON)
    units = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}
    body = {
        "TargetTableName": "new",
        **LATEST,
        "BillingModeOverride": "PROVISIONED",
        "ProvisionedThroughputOverride": units,
        "GlobalSecondaryIndexOverride": [],
    }
    made = filled.call("RestoreTableToPointInTime", body)["TableDescription"]
    assert made["ProvisionedThroughput"] == {**units, "NumberOfDecreasesToday": 0}
    assert "GlobalSecondaryIndexes" not in made
    assert made["AttributeDefinitions"] == [
        {"AttributeName": "c", "AttributeType": "S"},
        {"AttributeName": "p", "AttributeType": "S"},
    ]
    assert made["KeySchema"] == keys("p", "*", "c")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (LATEST, "PointInTimeRecoveryUnavailableException"),
        ({**LATEST, "SourceTableName": "nothing"}, "TableNotFoundException"),
        ({**LATEST, "TargetTableName": "table"}, "PointInTimeRecoveryUnavailableException"),
        ({"UseLatestRestorableTime": True}, "ValidationException"),
    ],
    ids=["without recovery", "of no table", "onto itself", "of nothing"],
)
def test_what_cannot_be_restored(filled: Engine, body: dict[str, Any], code: str) -> None:
    text = refused(filled, "RestoreTableToPointInTime", **{"TargetTableName": "new", **body})
    assert text.startswith(f"{code}: ")


def test_a_taken_name_and_an_earlier_time_are_refused(filled: Engine) -> None:
    filled.call("UpdateContinuousBackups", NAME | ON)
    text = refused(filled, "RestoreTableToPointInTime", TargetTableName="table", **LATEST)
    assert text == "TableAlreadyExistsException: Table already exists: table"
    earlier = {"SourceTableName": "table", "RestoreDateTime": START - 60}
    text = refused(filled, "RestoreTableToPointInTime", TargetTableName="new", **earlier)
    assert "set UseLatestRestorableTime" in text


def test_an_export_is_described(filled: Engine, clock: Clock) -> None:
    wanted = {"TableArn": ARN, "S3Bucket": "bucket", "S3Prefix": "there", "ClientToken": "one"}
    text = refused(filled, "ExportTableToPointInTime", **wanted)
    assert text == (
        "PointInTimeRecoveryUnavailableException: "
        "Point in time recovery is not enabled for table 'table'"
    )
    filled.call("UpdateContinuousBackups", NAME | ON)
    begun = filled.call("ExportTableToPointInTime", wanted)["ExportDescription"]
    assert begun["ExportStatus"] == "IN_PROGRESS"
    again = filled.call("ExportTableToPointInTime", wanted)["ExportDescription"]
    assert again["ExportArn"] == begun["ExportArn"]
    arn = {"ExportArn": begun["ExportArn"]}
    described = filled.call("DescribeExport", arn)["ExportDescription"]
    assert described["ItemCount"] == 2
    assert described["ExportStatus"] == "COMPLETED"
    assert described["ExportManifest"].startswith("there/AWSDynamoDB/")
    clock.now += 1
    filled.call("ExportTableToPointInTime", {"TableArn": ARN, "S3Bucket": "bucket"})
    page = filled.call("ListExports", {"TableArn": ARN, "MaxResults": 1})
    assert page["ExportSummaries"] == [
        {**arn, "ExportStatus": "COMPLETED", "ExportType": "FULL_EXPORT"}
    ]
    rest = filled.call("ListExports", {"NextToken": page["NextToken"]})
    assert len(rest["ExportSummaries"]) == 1
    assert "NextToken" not in rest
    assert filled.call("ListExports", {"TableArn": f"{ARN}s"}) == {"ExportSummaries": []}


def test_nothing_is_imported(engine: Engine) -> None:
    made = {"TableName": "new", "KeySchema": keys("p"), "AttributeDefinitions": []}
    body = {"S3BucketSource": {"S3Bucket": "bucket"}, "InputFormat": "CSV"}
    text = refused(engine, "ImportTable", **body, TableCreationParameters=made)
    assert "not imported from S3 here" in text
    assert engine.call("ListImports", {}) == {"ImportSummaryList": []}
    arn = f"{ARN}/import/01700000000000-00000000"
    text = refused(engine, "DescribeImport", ImportArn=arn)
    assert text == f"ImportNotFoundException: Import not found: {arn}"
