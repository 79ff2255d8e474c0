"""Check a request by the table of its operation's fields."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from visitplannr.dynamodb.checks.backup_tables import BACKUP_OPERATIONS
from visitplannr.dynamodb.checks.containers import Structure
from visitplannr.dynamodb.checks.feature_tables import FEATURE_OPERATIONS
from visitplannr.dynamodb.checks.fields import NAME_OF_ANY_LENGTH
from visitplannr.dynamodb.checks.item_tables import ITEM_OPERATIONS
from visitplannr.dynamodb.checks.table_tables import TABLE_OPERATIONS
from visitplannr.dynamodb.checks.tags import check_characters, check_tagging
from visitplannr.dynamodb.errors import serialization, validation
from visitplannr.dynamodb.values.checking import too_deep

OPERATIONS: Mapping[str, Structure] = {
    **ITEM_OPERATIONS,
    **TABLE_OPERATIONS,
    **BACKUP_OPERATIONS,
    **FEATURE_OPERATIONS,
}
# Operations whose TableName is checked before all else, with texts of its own (D42).
_TABLE_NAME_FIRST = frozenset(
    name
    for name, shape in OPERATIONS.items()
    if shape.fields.get("TableName") is NAME_OF_ANY_LENGTH
)
_MOST_LISTED = 10
_TAGGING = frozenset({"TagResource", "UntagResource", "ListTagsOfResource"})


def check(operation: str, body: object) -> None:
    """Check a request's JSON types, then its constraints; it is not changed.

    Raises:
        DynamoDBError: SerializationException for a JSON type (dynamodb.md part 3, D17),
            ValidationException for constraints (part 4).
    """
    shape = OPERATIONS[operation]
    if not isinstance(body, dict):
        raise serialization()
    try:
        shape.check_type(body)
    except RecursionError:  # JSON that is nested a thousand levels deep
        raise too_deep() from None
    if operation in _TABLE_NAME_FIRST:
        _check_table_name(body.get("TableName"))
    found = list(islice(shape.violations(body, ""), _MOST_LISTED))
    if found:
        count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected: "
        raise validation(count + "; ".join(found))
    if operation in _TAGGING:
        check_tagging(operation, body)
    elif operation == "CreateTable":
        check_characters(body.get("Tags") or ())


def _check_table_name(name: Any) -> None:
    """Table operations look at the length of TableName first (D42)."""
    if name is None:
        raise validation("The parameter 'TableName' is required but was not present in the request")
    if not 3 <= len(name) <= 255:
        raise validation(
            "TableName must be at least 3 characters long and at most 255 characters long"
        )
