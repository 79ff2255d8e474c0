"""Changing one item: its row, its index entries, its stream record, what it consumes."""

from collections.abc import Mapping
from typing import Any

from visitplannr.dynamodb.arguments import Change
from visitplannr.dynamodb.errors import condition_failed, invalid_parameter, validation
from visitplannr.dynamodb.expressions import Condition
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.keys import (
    require_index_keys,
    require_index_types,
    require_plain_keys,
)
from visitplannr.dynamodb.storage.items import Key, Stored, write_item
from visitplannr.dynamodb.storage.records import append_record
from visitplannr.dynamodb.storage.schema import Table
from visitplannr.dynamodb.values import Item, equal
from visitplannr.dynamodb.values.checking import require_shallow

MOST_BYTES = 400 * 1024


def require_condition(
    condition: Condition | None, old: Stored | None, body: Mapping[str, Any]
) -> None:
    """Evaluate a condition on the item as it is (dynamodb.md D118, D153)."""
    if condition is None or condition.holds(old.item if old else {}):
        return
    returns = body.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    raise condition_failed(old.item if old and returns else None)


def change_item(  # noqa: PLR0913 - a change says it all
    call: Call,
    table: Table,
    key: Key,
    old: Stored | None,
    new: Stored | None,
    *,
    expired: bool = False,
) -> None:
    """Write a change, in a transaction; one that changes nothing leaves no record (D225)."""
    call.consumption.write(table, old, new)
    before, after = old.item if old else None, new.item if new else None
    if before is None and after is None:
        return
    if before is not None and after is not None and equal({"M": before}, {"M": after}):
        return
    write_item(call.database, table, key, old, new)
    append_record(
        call.database, table, before, after, call.now, region=call.place.region, expired=expired
    )


def require_update_fits(table: Table, change: Change) -> None:
    """Refuse an update of a key attribute, or into one (D134, D103)."""
    if change.update is None:
        return
    named = {path[0] for path in change.update.paths}
    for part in table.keys:
        if part.name in named:
            raise invalid_parameter(
                f"Cannot update attribute {part.name}. This attribute is part of the key"
            )
    require_index_types(table, change.update.types)
    require_plain_keys(table, (*change.update.paths, *change.update.reads))


def updated_item(table: Table, change: Change, old: Stored | None) -> Stored | None:
    """Give the item after an update, None if it makes none where there was none (D146)."""
    if old is None and change.update and change.update.only_removes:
        return None
    item = old.item if old else change.key
    new = change.update.apply(item) if change.update else item
    for name in {path[0] for path in change.update.paths} if change.update else ():
        if isinstance(name, str) and name in new:
            require_shallow(new[name])
    stored = Stored.of(new)
    if stored.size > MOST_BYTES:
        raise validation("Item size to update has exceeded the maximum allowed size")
    if change.update:
        require_evaluated_types(table, new)
    require_index_keys(table, new)
    return stored


def require_evaluated_types(table: Table, item: Item) -> None:
    """Refuse an update that computed a value of another type for an index's key (D71)."""
    for index in table.indexes:
        for part in index.keys:
            if part.name in item and part.type not in item[part.name]:
                raise validation(
                    "The update expression attempted to update the secondary index key to "
                    "unsupported type"
                )


def collection_metrics(call: Call, table: Table, key: Item) -> Answer:
    """Give ItemCollectionMetrics for a table with local indexes, if they are asked for."""
    if call.body.get("ReturnItemCollectionMetrics") != "SIZE":
        return {}
    metrics = collection_of(table, key)
    return {"ItemCollectionMetrics": metrics} if metrics else {}


def collection_of(table: Table, key: Item) -> Answer | None:
    if all(index.is_global for index in table.indexes):
        return None
    name = table.keys.hash[0].name
    return {"ItemCollectionKey": {name: key[name]}, "SizeEstimateRangeGB": [0.0, 1.0]}
