"""Arguments of Query and Scan."""

from dataclasses import dataclass

from visitplannr.dynamodb.arguments.items import attributes_to_get, new_projection
from visitplannr.dynamodb.arguments.styles import Body, Styles, placeholders_of
from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, validation
from visitplannr.dynamodb.expressions import (
    Condition,
    KeyConditions,
    KeyExpression,
    Placeholders,
    Projection,
    parse_condition,
    parse_key_condition,
)
from visitplannr.dynamodb.legacy import filter_condition, key_conditions
from visitplannr.dynamodb.legacy.conditions import require_number_of_keys
from visitplannr.dynamodb.values.checking import checked_item
from visitplannr.dynamodb.values.types import Item

_QUERIED = Styles(
    ("AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"),
    ("ProjectionExpression", "FilterExpression", "KeyConditionExpression"),
)
_SCANNED = Styles(
    ("AttributesToGet", "ScanFilter", "ConditionalOperator"),
    ("ProjectionExpression", "FilterExpression"),
)
# Faults of a starting key's values that AWS does not introduce as such (D162).
_UNINTRODUCED = (
    *("contains duplicates", "number set", "numeric value"),
    *("significant digits", "number with magnitude"),
)


@dataclass(frozen=True, slots=True)
class Read:
    """What Query and Scan share; the starting key is not yet compared with a schema."""

    start_key: Item | None
    filter: Condition | None
    projection: Projection | None


@dataclass(frozen=True, slots=True)
class Query(Read):
    keys: KeyConditions


def query(body: Body) -> Query:
    """Query, in the order of dynamodb.md D235."""
    _QUERIED.check(body)
    old_filter = filter_condition(body.get("QueryFilter") or {}, body.get("ConditionalOperator"))
    old_projection = attributes_to_get(body)
    start_key = _start_key(body)
    if body.get("KeyConditions") is None and body.get("KeyConditionExpression") is None:
        raise validation(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the"
            " request."
        )
    placeholders = placeholders_of(body)
    expression = _key_expression(body, placeholders)
    condition = _filter_expression(body, placeholders) or old_filter
    projection = new_projection(body, placeholders) or old_projection
    placeholders.check_all_used()
    keys = expression.by_attribute() if expression else key_conditions(body["KeyConditions"])
    require_number_of_keys(keys, with_index=body.get("IndexName") is not None)
    _check_select(body)
    return Query(start_key, condition, projection, keys)


def scan(body: Body) -> Read:
    _SCANNED.check(body)
    old_filter = filter_condition(body.get("ScanFilter") or {}, body.get("ConditionalOperator"))
    old_projection = attributes_to_get(body)
    start_key = _start_key(body)
    _check_segments(body)
    placeholders = placeholders_of(body)
    condition = _filter_expression(body, placeholders) or old_filter
    projection = new_projection(body, placeholders) or old_projection
    placeholders.check_all_used()
    _check_select(body)
    return Read(start_key, condition, projection)


def _start_key(body: Body) -> Item | None:
    """Check ExclusiveStartKey's values; most faults are introduced as about it (D162)."""
    key = body.get("ExclusiveStartKey")
    if key is None:
        return None
    try:
        return checked_item(key)
    except DynamoDBError as error:
        text = error.message or ""
        if any(part in text for part in _UNINTRODUCED):
            raise
        raise validation(f"The provided starting key is invalid: {text}") from None


def _key_expression(body: Body, placeholders: Placeholders) -> KeyExpression | None:
    text = body.get("KeyConditionExpression")
    return None if text is None else parse_key_condition(text, placeholders)


def _filter_expression(body: Body, placeholders: Placeholders) -> Condition | None:
    text = body.get("FilterExpression")
    return None if text is None else parse_condition(text, "FilterExpression", placeholders)


def _check_segments(body: Body) -> None:
    """Segment and TotalSegments come together, the first below the second (D171)."""
    segment, total = body.get("Segment"), body.get("TotalSegments")
    if segment is None and total is not None:
        raise validation(
            "The Segment parameter is required but was not present in the request when parameter"
            " TotalSegments is present"
        )
    if segment is not None and total is None:
        raise validation(
            "The TotalSegments parameter is required but was not present in the request when"
            " Segment parameter is present"
        )
    if segment is not None and segment >= total:
        raise validation(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments:"
            f" Segment: {segment} is not less than TotalSegments: {total}"
        )


def _check_select(body: Body) -> None:
    """Select and projections go together, ALL_PROJECTED_ATTRIBUTES with an index (D163)."""
    select = body.get("Select")
    given = [
        name for name in ("AttributesToGet", "ProjectionExpression") if body.get(name) is not None
    ]
    if select == "ALL_PROJECTED_ATTRIBUTES" and body.get("IndexName") is None:
        raise invalid_parameter(
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
        )
    if select == "SPECIFIC_ATTRIBUTES" and not given:
        raise invalid_parameter(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get"
            " SPECIFIC_ATTRIBUTES"
        )
    if given and select not in {None, "SPECIFIC_ATTRIBUTES"}:
        what = "only the Count" if select == "COUNT" else select
        raise validation(f"Cannot specify the {given[0]} when choosing to get {what}")
