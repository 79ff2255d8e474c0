"""TagResource, UntagResource, ListTagsOfResource (dynamodb.md D231 to D233)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, not_found, validation
from visitplannr.dynamodb.operations.call import Answer, Call, plain_name
from visitplannr.dynamodb.storage.schema import Table

MOST_TAGS = 50
TAG_SIGNS = frozenset(" _.:/=+-@")
ANY_ARN = re.compile(r".+:.+:.+:.+:.+:.+/.+")
TABLE_ARN = re.compile(r"arn:[^:]+:dynamodb:[^:]+:\d+:table/[A-Za-z0-9_.-]{3,255}")


def require_tags(given: Sequence[Mapping[str, str]], there: Mapping[str, str]) -> dict[str, str]:
    """Give the tags after new ones were added.

    Raises:
        DynamoDBError: a key twice, a bad length, too many.
    """
    require_members(given)
    keys = [tag["Key"] for tag in given]
    if len(set(keys)) != len(keys):
        raise validation("Duplicate tag keys are not allowed in the request")
    for tag in given:
        require_tag(tag["Key"], tag["Value"])
    tags = {**there, **{tag["Key"]: tag["Value"] for tag in given}}
    if len(tags) > MOST_TAGS:
        raise invalid_parameter(f"Too many tags: a resource may have at most {MOST_TAGS}")
    return tags


def require_members(given: Sequence[Mapping[str, str]]) -> None:
    for number, tag in enumerate(given, 1):
        for name in ("Key", "Value"):
            if tag.get(name) is None:
                raise validation(
                    f"1 validation error detected: Value null at 'tags.{number}.member."
                    f"{name.lower()}' failed to satisfy constraint: Member must not be null"
                )


def require_tag(key: str, value: str) -> None:
    """Check the lengths and letters of a tag."""
    for name, text, least, most in (("key", key, 1, 128), ("value", value, 0, 256)):
        if not least <= len(text) <= most:
            raise validation(
                f"1 validation error detected: Value '{text}' at 'tags.1.member.{name}' failed to "
                f"satisfy constraint: Member must have length between {least} and {most}"
            )
        if not all(letter.isalnum() or letter in TAG_SIGNS for letter in text):
            raise validation(
                f"1 validation error detected: Value '{text}' at 'tags.1.member.{name}' failed to "
                "satisfy constraint: Member must satisfy regular expression pattern: "
                "^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$"
            )
    if key.lower().startswith("aws:"):
        raise validation("Tag keys starting with 'aws:' are reserved for system use")


def tagged_table(call: Call, operation: str, member: str | None) -> Table:
    """Find the table of an ARN; `member` is what has to be there besides (D232)."""
    arn = call.body.get("ResourceArn")
    if arn is None:
        raise validation("Invalid TableArn")
    if not ANY_ARN.fullmatch(arn):
        raise DynamoDBError(
            "AccessDeniedException",
            f"User: arn:aws:iam::{call.place.account}:root is not authorized to perform: "
            f"dynamodb:{operation} on resource: {arn or '*'}",
        )
    given = call.body.get(member or "")
    if member and given is None:
        name = member[0].lower() + member[1:]
        raise validation(
            f"1 validation error detected: Value null at '{name}' failed to satisfy constraint: "
            "Member must not be null"
        )
    if not TABLE_ARN.fullmatch(arn):
        raise validation(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    if member and not given:
        raise validation("Atleast one Tag needs to be provided as Input.")
    table = call.database.tables.get(plain_name(arn))
    if table is None or call.place.table_arn(table.name) != arn:
        raise not_found(f"Requested resource not found: ResourcArn: {arn} not found")
    return table


def tag_resource(call: Call) -> Answer:
    table = tagged_table(call, "TagResource", "Tags")
    tags = require_tags(call.body["Tags"], table.tags)
    with call.database.writing():
        call.database.save(replace(table, tags=tags))
    return {}


def untag_resource(call: Call) -> Answer:
    table = tagged_table(call, "UntagResource", "TagKeys")
    gone = set(call.body["TagKeys"])
    with call.database.writing():
        kept = {key: value for key, value in table.tags.items() if key not in gone}
        call.database.save(replace(table, tags=kept))
    return {}


def list_tags(call: Call) -> Answer:
    tags = tagged_table(call, "ListTagsOfResource", None).tags
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
