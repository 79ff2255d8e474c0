"""Exports, as descriptions: nothing is written to a bucket."""

import secrets

from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.descriptions import describe
from visitplannr.dynamodb.operations.recovery import require_recovery, table_of_arn
from visitplannr.dynamodb.storage.notes import read_note, read_notes, write_note

MOST_LISTED = 25
KEPT = (
    *("ClientToken", "S3Bucket", "S3BucketOwner", "S3Prefix", "S3SseAlgorithm", "S3SseKmsKeyId"),
    *("IncrementalExportSpecification", "FilterSpecification"),
)
SUMMARY = ("ExportArn", "ExportStatus", "ExportType")


def export_table(call: Call) -> Answer:
    """Describe an export, which is complete when it is looked at."""
    body = call.body
    table = table_of_arn(call, body["TableArn"])
    token = body.get("ClientToken")
    for earlier in read_notes(call.database, "export"):
        if token and earlier.get("ClientToken") == token:
            return {"ExportDescription": earlier}
    require_recovery(table)
    described = describe(call, table)
    number = f"{int(call.now * 1000):014d}-{secrets.token_hex(4)}"
    at, now = body.get("ExportTime") or call.now, round(call.now, 3)
    begun = {
        "ExportArn": f"{described['TableArn']}/export/{number}",
        "ExportStatus": "IN_PROGRESS",
        "StartTime": now,
        "TableArn": described["TableArn"],
        "TableId": described["TableId"],
        "ExportTime": round(at, 3),
        "ExportFormat": body.get("ExportFormat") or "DYNAMODB_JSON",
        "ExportType": body.get("ExportType") or "FULL_EXPORT",
        **{name: body[name] for name in KEPT if body.get(name) is not None},
    }
    prefix = f"{body['S3Prefix']}/" if body.get("S3Prefix") else ""
    ended = {
        **begun,
        "ExportStatus": "COMPLETED",
        "EndTime": now,
        "ExportManifest": f"{prefix}AWSDynamoDB/{number}/manifest-summary.json",
        "BilledSizeBytes": described["TableSizeBytes"],
        "ItemCount": described["ItemCount"],
    }
    with call.database.writing():
        write_note(call.database, "export", ended["ExportArn"], ended)
    return {"ExportDescription": begun}


def describe_export(call: Call) -> Answer:
    arn = call.body["ExportArn"]
    found = read_note(call.database, "export", arn)
    if found is None:
        raise DynamoDBError("ExportNotFoundException", f"Export not found: {arn}")
    return {"ExportDescription": found}


def list_exports(call: Call) -> Answer:
    body = call.body
    limit = body.get("MaxResults") or MOST_LISTED
    wanted = [
        {name: each[name] for name in SUMMARY}
        for each in read_notes(call.database, "export", body.get("NextToken") or "")
        if body.get("TableArn") in {None, each["TableArn"]}
    ]
    answer: Answer = {"ExportSummaries": wanted[:limit]}
    if len(wanted) > limit:
        answer["NextToken"] = wanted[limit - 1]["ExportArn"]
    return answer
