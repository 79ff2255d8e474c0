"""Arguments of operations on one item."""

from dataclasses import dataclass

from visitplannr.dynamodb.arguments.styles import Body, Styles, placeholders_of
from visitplannr.dynamodb.errors import ItemContentError, invalid_parameter, validation
from visitplannr.dynamodb.expressions import (
    Condition,
    Placeholders,
    Projection,
    Update,
    parse_condition,
    parse_projection,
    parse_update,
)
from visitplannr.dynamodb.legacy import attribute_updates, expected_condition
from visitplannr.dynamodb.values.checking import checked_item, checked_name
from visitplannr.dynamodb.values.sizes import item_size
from visitplannr.dynamodb.values.types import Item

_MOST_BYTES = 400 * 1024
PROJECTED = Styles(("AttributesToGet",), ("ProjectionExpression",))
_CONDITIONAL = Styles(("Expected",), ("ConditionExpression",))
_CHANGED = Styles(("AttributeUpdates", "Expected"), ("UpdateExpression", "ConditionExpression"))


@dataclass(frozen=True, slots=True)
class Get:
    """GetItem's key (not yet compared with a schema) and projection (old style too)."""

    key: Item
    projection: Projection | None


@dataclass(frozen=True, slots=True)
class Put:
    """PutItem's item, its size in bytes, and what has to hold."""

    item: Item
    size: int
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Delete:
    key: Item
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Change:
    """UpdateItem; without any update it makes the key alone where there is no item (D126)."""

    key: Item
    update: Update | None
    condition: Condition | None


def get(body: Body) -> Get:
    """GetItem; TransactGetItems' Get."""
    PROJECTED.check(body)
    key = checked_item(body["Key"])
    return Get(key, projection_of(body))


def put(body: Body) -> Put:
    """PutItem; TransactWriteItems' Put."""
    _CONDITIONAL.check(body)
    item = checked_item(body["Item"])
    size = checked_size(item)
    _check_old_values_only(body)
    return Put(item, size, _condition(body))


def delete(body: Body) -> Delete:
    """DeleteItem; TransactWriteItems' Delete and ConditionCheck."""
    _CONDITIONAL.check(body)
    key = checked_item(body["Key"])
    _check_old_values_only(body)
    return Delete(key, _condition(body))


def change(body: Body) -> Change:
    """UpdateItem; TransactWriteItems' Update."""
    _CHANGED.check(body)
    key = checked_item(body["Key"])
    update = attribute_updates(body.get("AttributeUpdates") or {})
    condition = _expected(body)
    placeholders = placeholders_of(body)
    if body.get("UpdateExpression") is not None:
        update = parse_update(body["UpdateExpression"], placeholders)
    if body.get("ConditionExpression") is not None:
        condition = _new_condition(body, placeholders)
    placeholders.check_all_used()
    return Change(key, update, condition)


def checked_size(item: Item) -> int:
    """Give an item's size, 400 KB at most, before its table is looked up (dynamodb.md D75, D77)."""
    size = item_size(item)
    if size > _MOST_BYTES:
        raise ItemContentError("Item size has exceeded the maximum allowed size")
    return size


def projection_of(body: Body) -> Projection | None:
    """Give the projection of a request or of a table's part in one, of either style.

    Raises:
        DynamoDBError: names, duplicates (D85), or the expression.
    """
    old = attributes_to_get(body)
    placeholders = placeholders_of(body)
    projection = new_projection(body, placeholders)
    placeholders.check_all_used()
    return projection or old


def attributes_to_get(body: Body) -> Projection | None:
    names = body.get("AttributesToGet")
    if names is None:
        return None
    for index, name in enumerate(names):
        checked_name(name)
        if name in names[:index]:
            raise invalid_parameter(f"Duplicate value in attribute name: {name}")
    return Projection(tuple((name,) for name in names))


def new_projection(body: Body, placeholders: Placeholders) -> Projection | None:
    text = body.get("ProjectionExpression")
    return None if text is None else parse_projection(text, placeholders)


def _check_old_values_only(body: Body) -> None:
    if body.get("ReturnValues") not in {None, "NONE", "ALL_OLD"}:
        raise validation("ReturnValues can only be ALL_OLD or NONE")


def _condition(body: Body) -> Condition | None:
    """Give the condition of either style, and check that no placeholder is left over."""
    old = _expected(body)
    placeholders = placeholders_of(body)
    if body.get("ConditionExpression") is None:
        return old
    condition = _new_condition(body, placeholders)
    placeholders.check_all_used()
    return condition


def _new_condition(body: Body, placeholders: Placeholders) -> Condition:
    return parse_condition(body["ConditionExpression"], "ConditionExpression", placeholders)


def _expected(body: Body) -> Condition | None:
    operator, expected = body.get("ConditionalOperator"), body.get("Expected")
    if not operator and not expected:
        return None
    if operator and any(body.get(name) is not None for name in _CHANGED.new):
        raise validation(
            "Can not use both expression and non-expression parameters in the same request:"
            " Non-expression parameters: {ConditionalOperator} Expression parameters:"
            f" {{{', '.join(name for name in _CHANGED.new if body.get(name) is not None)}}}"
        )
    return expected_condition(expected or {}, operator)
