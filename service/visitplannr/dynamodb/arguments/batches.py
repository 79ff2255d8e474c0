"""Arguments of BatchGetItem and BatchWriteItem (dynamodb.md D175 to D180)."""

from collections.abc import Mapping
from typing import Any

from visitplannr.dynamodb.arguments.items import PROJECTED, checked_size, projection_of
from visitplannr.dynamodb.arguments.styles import Body
from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.expressions import Projection
from visitplannr.dynamodb.values.checking import checked_item
from visitplannr.dynamodb.values.types import Item

_MOST_KEYS = 100
_MOST_WRITES = 25


def batch_get(body: Body) -> Mapping[str, tuple[list[Item], Projection | None]]:
    """BatchGetItem: by table the keys and the projection."""
    requests = {}
    count = 0
    for table, part in body["RequestItems"].items():
        PROJECTED.check(part)
        projection = projection_of(part)
        keys: list[Item] = []
        for key in part["Keys"]:
            keys.append(_key(key, part["Keys"][: len(keys)]))
            count += 1
            if count > _MOST_KEYS:
                raise validation("Too many items requested for the BatchGetItem call")
        requests[table] = (keys, projection)
    return requests


def _key(key: Item, earlier: list[Item]) -> Item:
    """Check a key; double ones are found by their text, not as numbers (D179)."""
    checked = checked_item(key)
    if key in earlier:
        raise validation("Provided list of item keys contains duplicates")
    return checked


def batch_write(body: Body) -> Mapping[str, list[tuple[str, Item]]]:
    """BatchWriteItem: by table pairs of `Put` and the item, or `Delete` and the key."""
    given = body["RequestItems"]
    if sum(map(len, given.values())) > _MOST_WRITES:
        raise validation("Too many items requested for the BatchWriteItem call")
    return {table: [_write(request) for request in requests] for table, requests in given.items()}


def _write(request: Mapping[str, Any]) -> tuple[str, Item]:
    put, removal = request.get("PutRequest"), request.get("DeleteRequest")
    if put is not None and removal is not None:
        raise validation(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of"
            " the supported datatypes"
        )
    if put is not None:
        item = checked_item(put["Item"])
        checked_size(item)
        return "Put", item
    if removal is not None:
        return "Delete", checked_item(removal["Key"])
    raise validation(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    )
