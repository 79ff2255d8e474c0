"""What is refused in a line that says so: vector indexes, imports, auto scaling."""

from collections.abc import Mapping
from typing import Any

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.operations.call import Answer, Call

NO_VECTORS = "Vector indexes are not supported here"
# Fields of CreateTable, UpdateTable and restores that would make a table another one.
FIELDS = {
    "VectorIndexes": NO_VECTORS,
    "VectorIndexUpdates": NO_VECTORS,
    "VectorIndexOverride": NO_VECTORS,
    "GlobalTableSourceArn": "Tables are not replicas of tables in other accounts here",
    "GlobalTableWitnessUpdates": "Witnesses of global tables are not supported here",
}


def require_supported(body: Mapping[str, Any]) -> None:
    """Refuse what cannot be left out of a table without a word.

    Raises:
        DynamoDBError: a field that is not supported is given.
    """
    for name, text in FIELDS.items():
        if body.get(name):
            raise validation(text)


def search_vectors(call: Call) -> Answer:
    call.table(call.body["TableName"])
    raise validation(NO_VECTORS)


def update_auto_scaling(_: Call) -> Answer:
    raise validation("Tables do not scale by themselves here; set ProvisionedThroughput")


def import_table(_: Call) -> Answer:
    raise validation(
        "Tables are not imported from S3 here; make the table and write its items by BatchWriteItem"
    )


def describe_import(call: Call) -> Answer:
    raise DynamoDBError("ImportNotFoundException", f"Import not found: {call.body['ImportArn']}")


def list_imports(_: Call) -> Answer:
    return {"ImportSummaryList": []}
