"""Keys against a table's schema and its indexes' (dynamodb.md part 7, D103)."""

from collections.abc import Iterable, Mapping

from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, validation
from visitplannr.dynamodb.expressions import Path
from visitplannr.dynamodb.storage.items import Key
from visitplannr.dynamodb.storage.keys import scalar_bytes
from visitplannr.dynamodb.storage.schema import KeyAttribute, Table
from visitplannr.dynamodb.values import AttributeValue, Item

HASH_LIMIT = 2048
RANGE_LIMIT = 1024


def mismatch() -> DynamoDBError:
    return validation("The provided key element does not match the schema")


def key_of(table: Table, key: Item) -> Key:
    """Encode the key that a request names.

    Raises:
        DynamoDBError: it does not fit the table (D64), is empty (D67) or too long (D68).
    """
    require_key(table, key)
    return table.keys.bytes_of(key)


def require_key(table: Table, key: Item) -> None:
    if len(key) != len(table.keys.names):
        raise mismatch()
    for part in table.keys:
        require_part(part, key, is_hash=part in table.keys.hash)


def require_part(part: KeyAttribute, key: Item, *, is_hash: bool) -> None:
    value = key.get(part.name)
    if value is None or part.type not in value:
        raise mismatch()
    if empty := emptiness(value):
        raise invalid_parameter(
            "The AttributeValue for a key attribute cannot contain an empty "
            f"{empty} value. Key: {part.name}"
        )
    require_size(value, is_hash=is_hash)


def key_of_item(table: Table, item: Item) -> Key:
    """Encode the key of an item to be put.

    Raises:
        DynamoDBError: an attribute is missing (D65), of another type (D66), empty (D67)
            or too long (D68).
    """
    for part in table.keys:
        value = item.get(part.name)
        if value is None:
            raise invalid_parameter(f"Missing the key {part.name} in the item")
        if part.type not in value:
            raise invalid_parameter(
                f"Type mismatch for key {part.name} expected: {part.type} "
                f"actual: {next(iter(value))}"
            )
        if empty := emptiness(value):
            raise validation(
                "One or more parameter values are not valid. The AttributeValue for a key "
                f"attribute cannot contain an empty {empty} value. Key: {part.name}"
            )
        require_size(value, is_hash=part in table.keys.hash)
    return table.keys.bytes_of(item)


def require_index_types(table: Table, types: Mapping[str, str]) -> None:
    """Refuse attributes of other types than those of the indexes' keys (D71)."""
    for index in table.indexes:
        for part in index.keys:
            if types.get(part.name, part.type) != part.type:
                raise invalid_parameter(
                    f"Type mismatch for Index Key {part.name} Expected: {part.type} "
                    f"Actual: {types[part.name]} IndexName: {index.name}"
                )


def require_index_keys(table: Table, item: Item) -> None:
    """Refuse an item whose attribute cannot be an index's key (D71 to D73)."""
    if not table.indexes:
        return
    require_index_types(table, {name: next(iter(value)) for name, value in item.items()})
    for index in table.indexes:
        for part in index.keys:
            value = item.get(part.name)
            if value is None or part in table.keys.hash or part in table.keys.range:
                continue
            if empty := emptiness(value):
                raise validation(
                    "One or more parameter values are not valid. A value specified for a secondary "
                    "index key is not supported. The AttributeValue for a key attribute cannot "
                    f"contain an empty {empty} value. IndexName: {index.name}, "
                    f"IndexKey: {part.name}"
                )
            require_size(value, is_hash=part in index.keys.hash)


def emptiness(value: AttributeValue) -> str:
    """Name the type of a string or binary that is empty; otherwise nothing."""
    if value.get("S") == "":
        return "string"
    return "binary" if value.get("B") == "" else ""


def require_size(value: AttributeValue, *, is_hash: bool) -> None:
    ((kind, content),) = value.items()
    if kind == "N" or len(content) * 4 <= RANGE_LIMIT:
        return
    size = len(scalar_bytes(value))
    if is_hash and size > HASH_LIMIT:
        raise invalid_parameter(
            f"Size of hashkey has exceeded the maximum size limit of{HASH_LIMIT} bytes"
        )
    if not is_hash and size > RANGE_LIMIT:
        raise invalid_parameter(
            f"Aggregated size of all range keys has exceeded the size limit of {RANGE_LIMIT} bytes"
        )


def require_plain_keys(table: Table, paths: Iterable[Path]) -> None:
    """Refuse paths that go into a key attribute, which is a scalar (D103)."""
    nested = {path[0] for path in paths if len(path) > 1}
    if not nested:
        return
    indexed = ((part, "IndexKey") for index in table.indexes for part in index.keys)
    for part, kind in [*((part, "Key") for part in table.keys), *indexed]:
        if part.name in nested:
            raise validation(
                "Key attributes must be scalars; list random access '[]' and map lookup '.' "
                f"are not allowed: {kind}: {part.name}"
            )
