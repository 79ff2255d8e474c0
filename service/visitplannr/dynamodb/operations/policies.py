"""GetResourcePolicy, PutResourcePolicy, DeleteResourcePolicy: policies of tables and streams."""

import secrets
from typing import Any

import orjson

from visitplannr.dynamodb.errors import DynamoDBError, not_found, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.storage.notes import delete_notes, read_note, write_note
from visitplannr.dynamodb.storage.records import find_stream

NO_POLICY = "NO_POLICY"
MOST_BYTES = 20 * 1024


def require_resource(call: Call) -> str:
    """Give the ARN of a table or stream that is there.

    Raises:
        DynamoDBError: it is none, or there is no such table or stream.
    """
    arn: str = call.body["ResourceArn"]
    prefix = call.place.table_arn("")
    if not arn.startswith(prefix):
        raise validation(f"Invalid ResourceArn: {arn}")
    name, _, rest = arn.removeprefix(prefix).partition("/")
    call.described_table(name)
    if rest and find_stream(call.database, arn) is None:
        raise not_found(f"Requested resource not found: Stream: {arn} not found")
    return arn


def without_policy(arn: str) -> DynamoDBError:
    text = f"Resource-based policy not found for the provided ResourceArn: {arn}"
    return DynamoDBError("PolicyNotFoundException", text)


def require_revision(call: Call, arn: str, found: dict[str, Any] | None) -> None:
    """Refuse a change of another revision than the one that is expected."""
    expected = call.body.get("ExpectedRevisionId")
    if expected and expected != (found["RevisionId"] if found else NO_POLICY):
        raise without_policy(arn)


def note_policy(call: Call, arn: str, policy: str) -> str:
    """Keep a policy, in a transaction, and give its revision.

    Raises:
        DynamoDBError: it is no JSON object, or larger than 20 KB.
    """
    try:
        document = orjson.loads(policy)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise validation("Invalid policy document: it is not a JSON object")
    if len(policy.encode()) > MOST_BYTES:
        raise validation("Invalid policy document: it has more than 20480 bytes")
    revision = str(int.from_bytes(secrets.token_bytes(6)))
    write_note(call.database, "policy", arn, {"Policy": policy, "RevisionId": revision})
    return revision


def get_resource_policy(call: Call) -> Answer:
    arn = require_resource(call)
    found = read_note(call.database, "policy", arn)
    if found is None:
        raise without_policy(arn)
    return found


def put_resource_policy(call: Call) -> Answer:
    arn = require_resource(call)
    require_revision(call, arn, read_note(call.database, "policy", arn))
    with call.database.writing():
        return {"RevisionId": note_policy(call, arn, call.body["Policy"])}


def delete_resource_policy(call: Call) -> Answer:
    """Delete a policy; where there is none, nothing happens."""
    arn = require_resource(call)
    found = read_note(call.database, "policy", arn)
    require_revision(call, arn, found)
    if found is None:
        return {}
    with call.database.writing():
        delete_notes(call.database, "policy", arn)
    return {"RevisionId": found["RevisionId"]}
