"""TagResource, UntagResource, ListTagsOfResource (dynamodb.md D231 to D233)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from visitplannr.dynamodb.errors import not_found, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.storage.schema import Table

MOST_TAGS = 50


def require_tags(given: Sequence[Mapping[str, str]], there: Mapping[str, str]) -> dict[str, str]:
    """Give the tags after new ones were added.

    Raises:
        DynamoDBError: a key twice, a bad length, too many.
    """
    keys = [tag["Key"] for tag in given]
    if len(set(keys)) != len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise validation(f"Duplicate Tag Keys provided as input: Duplicate Tag Key found {twice}")
    for tag in given:
        require_tag(tag["Key"], tag["Value"])
    tags = {**there, **{tag["Key"]: tag["Value"] for tag in given}}
    if len(tags) > MOST_TAGS:
        raise validation("Number of Tags exceed the current limit for the provided ResourceArn")
    return tags


def require_tag(key: str, value: str) -> None:
    """Check the lengths of a tag; its letters were checked before."""
    for name, text, least, most in (("Key", key, 1, 128), ("Value", value, 0, 256)):
        if not least <= len(text) <= most:
            raise validation(f"The Tag {name} provided is invalid, {name}: {text}")
    if key.lower().startswith("aws:"):
        raise validation(f"Tag Key cannot be prefixed with aws:, Key: {key}")


def tagged_table(call: Call) -> Table:
    """Find the table of an ARN, whose form was checked before."""
    arn = call.body["ResourceArn"]
    table = call.database.tables.get(arn.rpartition("/")[2])
    if table is None or call.place.table_arn(table.name) != arn:
        raise not_found(f"Requested resource not found: ResourcArn: {arn} not found")
    return table


def tag_resource(call: Call) -> Answer:
    table = tagged_table(call)
    tags = require_tags(call.body["Tags"], table.tags)
    with call.database.writing():
        call.database.save(replace(table, tags=tags))
    return {}


def untag_resource(call: Call) -> Answer:
    table = tagged_table(call)
    gone = set(call.body["TagKeys"])
    with call.database.writing():
        kept = {key: value for key, value in table.tags.items() if key not in gone}
        call.database.save(replace(table, tags=kept))
    return {}


def list_tags(call: Call) -> Answer:
    tags = tagged_table(call).tags
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
