"""CreateTable, DescribeTable, DeleteTable, ListTables."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.dynamodb.errors import in_use, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.descriptions import (
    SINCE,
    describe,
    describe_created,
    describe_deleted,
    throughput,
)
from visitplannr.dynamodb.operations.policies import note_policy
from visitplannr.dynamodb.operations.schema_checks import require_new_table
from visitplannr.dynamodb.operations.table_streams import with_stream
from visitplannr.dynamodb.operations.tags import require_tags
from visitplannr.dynamodb.operations.unsupported import require_supported
from visitplannr.dynamodb.storage.notes import delete_notes
from visitplannr.dynamodb.storage.records import end_stream
from visitplannr.dynamodb.storage.schema import Index, KeySchema, Table, make_index

MOST_LISTED = 100
BEING_MADE_SECONDS = 0.5
KEPT_AS_GIVEN = ("OnDemandThroughput", "WarmThroughput")


def create_table(call: Call) -> Answer:
    name = call.body["TableName"]
    require_supported(call.body)
    require_new_table(call.body)
    if name in call.database.tables:
        raise in_use(f"Table already exists: {name}")
    with call.database.writing():
        table = new_table(call)
        if call.body.get("ResourcePolicy"):
            note_policy(call, call.place.table_arn(name), call.body["ResourcePolicy"])
    call.database.being_made[name] = call.now + BEING_MADE_SECONDS
    return {"TableDescription": describe_created(call, table)}


def new_table(call: Call) -> Table:
    """Make the table of a checked request, in a transaction."""
    body = call.body
    types = {each["AttributeName"]: each["AttributeType"] for each in body["AttributeDefinitions"]}
    table = Table(
        name=body["TableName"],
        number=0,
        keys=KeySchema.read(body["KeySchema"], types),
        indexes=tuple(new_indexes(call, types)),
        description=first_description(call),
        tags=require_tags(body.get("Tags") or [], {}),
    )
    return call.database.add_table(with_stream(call, table, body.get("StreamSpecification")))


def new_indexes(call: Call, types: Mapping[str, str]) -> Iterator[Index]:
    for member, is_global in (("LocalSecondaryIndexes", False), ("GlobalSecondaryIndexes", True)):
        for given in call.body.get(member) or ():
            described = given
            if is_global:
                units = throughput(given.get("ProvisionedThroughput"))
                described = {**given, "ProvisionedThroughput": units}
            number = call.database.counted("index")
            yield make_index(number, described, types, is_global=is_global)


def first_description(call: Call) -> dict[str, Any]:
    """Give what CreateTable's request says of the table, as it is described."""
    body = call.body
    described: dict[str, Any] = {
        "AttributeDefinitions": body["AttributeDefinitions"],
        "KeySchema": body["KeySchema"],
        "TableId": str(uuid.uuid4()),
        "CreationDateTime": round(call.now, 3),
        "ProvisionedThroughput": throughput(body.get("ProvisionedThroughput")),
    }
    if body.get("BillingMode") == "PAY_PER_REQUEST":
        described |= paid_by_request(described["CreationDateTime"])
    if body.get("TableClass"):
        described["TableClassSummary"] = {"TableClass": body["TableClass"]}
    if (body.get("SSESpecification") or {}).get("Enabled"):
        described["SSEDescription"] = encryption(call, body["SSESpecification"])
    if body.get("DeletionProtectionEnabled") is not None:
        described["DeletionProtectionEnabled"] = body["DeletionProtectionEnabled"]
    return described | {name: body[name] for name in KEPT_AS_GIVEN if body.get(name)}


def paid_by_request(now: float) -> dict[str, Any]:
    return {
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST", SINCE: now},
        "TableThroughputModeSummary": {"TableThroughputMode": "PAY_PER_REQUEST", SINCE: now},
    }


def encryption(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    key = given.get("KMSMasterKeyId") or "alias/aws/dynamodb"
    arn = (
        key
        if key.startswith("arn:")
        else f"arn:aws:kms:{call.place.region}:{call.place.account}:key/{key}"
    )
    return {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": arn}


def describe_table(call: Call) -> Answer:
    table = call.described_table(call.body["TableName"])
    call.database.being_made.pop(table.name, None)
    return {"Table": describe(call, table)}


def require_made(call: Call, table: Table) -> None:
    """Refuse to change a table that was made a moment ago and nobody has seen ACTIVE (D26)."""
    if call.database.being_made.pop(table.name, 0) > call.now:
        call.database.being_made[table.name] = call.now
        raise in_use(
            "Attempt to change a resource which is still in use: "
            f"Table is being created: {table.name}"
        )


def delete_table(call: Call) -> Answer:
    table = call.described_table(call.body["TableName"])
    require_made(call, table)
    if table.description.get("DeletionProtectionEnabled"):
        raise validation(
            "Resource cannot be deleted as it is currently protected against deletion. "
            "Disable deletion protection first."
        )
    described = describe_deleted(call, table)
    with call.database.writing():
        if table.stream is not None:
            end_stream(call.database, table.stream, call.now)
        call.database.drop_table(table)
        delete_notes(call.database, "policy", call.place.table_arn(table.name))
    return {"TableDescription": described}


def list_tables(call: Call) -> Answer:
    limit = call.body.get("Limit") or MOST_LISTED
    start = call.body.get("ExclusiveStartTableName") or ""
    names = sorted(name for name in call.database.tables if name > start)
    answer: Answer = {"TableNames": names[:limit]}
    if len(names) > limit:
        answer["LastEvaluatedTableName"] = names[limit - 1]
    return answer
