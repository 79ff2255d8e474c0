"""ExclusiveStartKey against table, index and conditions (dynamodb.md D162, D171, D172)."""

from collections.abc import Sequence

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.expressions import KeyCondition
from visitplannr.dynamodb.operations.keys import require_key, require_part
from visitplannr.dynamodb.operations.paging import start_names
from visitplannr.dynamodb.storage.keys import Bounds
from visitplannr.dynamodb.storage.reading import Order
from visitplannr.dynamodb.storage.schema import KeyAttribute
from visitplannr.dynamodb.values import Item

INVALID = "The provided starting key is invalid"


def require_start_hash(order: Order, start: Item) -> None:
    """Refuse a starting key of another size, or whose hash attributes are absent or mistyped."""
    if len(start) != len(start_names(order.table, order.index)):
        raise validation(INVALID)
    require_start_parts(order.keys.hash, start, is_hash=True)


def require_start_rest(order: Order, start: Item) -> None:
    require_start_parts(order.keys.range, start, is_hash=False)
    require_table_key(order, start)


def require_start_parts(parts: Sequence[KeyAttribute], start: Item, *, is_hash: bool) -> None:
    for part in parts:
        if part.name not in start:
            raise validation(INVALID)
        require_part(part, start, is_hash=is_hash)


def require_start_of_scan(order: Order, start: Item) -> None:
    if len(start) != len(start_names(order.table, order.index)):
        mismatch = ": The provided key element does not match the schema"
        raise validation(INVALID + ("" if order.index else mismatch))
    if order.index:
        require_start_parts(order.keys.hash, start, is_hash=True)
        require_start_parts(order.keys.range, start, is_hash=False)
    require_table_key(order, start)


def require_table_key(order: Order, start: Item) -> None:
    try:
        require_key(
            order.table, {name: start[name] for name in order.table.keys.names if name in start}
        )
    except DynamoDBError as error:
        raise validation(f"{INVALID}: {error.message}") from None


def require_within(
    order: Order, start: Item, hash_key: bytes, bounds: Bounds, condition: KeyCondition
) -> None:
    """Refuse a starting key that the query could not have given."""
    position = order.position(start)
    if order.index is None and not order.table.keys.range and position[0] == hash_key:
        raise validation(
            "The provided exclusive start key is invalid: "
            f"the ExclusiveStartKey is the only item there can be: {', '.join(start)}"
        )
    if not condition.ranges:
        if position[0] != hash_key:
            raise validation(
                "The provided starting key is outside query boundaries based on provided conditions"
            )
        return
    if not bounds.holds(position[1]):
        raise validation("The provided starting key does not match the range key predicate")
    if position[0] != hash_key:
        raise validation("The query can return at most one row and cannot be restarted")


def require_segment(order: Order, start: Item, bounds: Bounds) -> None:
    """Refuse a starting key of another segment of a parallel scan."""
    if not bounds.holds(order.position(start)[0]):
        raise validation(f"{INVALID}: the ExclusiveStartKey belongs to another Segment")
