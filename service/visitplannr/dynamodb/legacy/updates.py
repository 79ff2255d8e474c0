"""AttributeUpdates: old-style updates of top-level attributes (dynamodb.md D125, D126)."""

from collections.abc import Mapping
from typing import Any

from visitplannr.dynamodb.errors import DynamoDBError, invalid_parameter, validation
from visitplannr.dynamodb.expressions import Path, Update
from visitplannr.dynamodb.expressions.actions import Change, addition, deletion
from visitplannr.dynamodb.values.checking import checked_name, checked_value
from visitplannr.dynamodb.values.comparison import MEMBERS, kind_of
from visitplannr.dynamodb.values.types import AttributeValue


def attribute_updates(given: Mapping[str, Mapping[str, Any]]) -> Update | None:
    """Make an update; None if nothing is to be changed.

    Raises:
        DynamoDBError: a bad value, or an action that does not go with it (D125).
    """
    if not given:
        return None
    changes = tuple(((checked_name(name),), _change((name,), one)) for name, one in given.items())
    return Update(
        changes,
        (),
        all(one.get("Action") == "DELETE" for one in given.values()),
        {name: kind_of(one["Value"]) for name, one in given.items() if one.get("Value")},
    )


def _change(path: Path, given: Mapping[str, Any]) -> Change:
    action = given.get("Action") or "PUT"
    if given.get("Value") is None:
        if action != "DELETE":
            raise invalid_parameter(
                "Only DELETE action is allowed when no attribute value is specified"
            )
        return lambda _: None
    value = checked_value(given["Value"])
    _check_kind(action, kind_of(value))
    if action == "PUT":
        return _assignment(value)
    return (addition if action == "ADD" else deletion)(path, value, _mismatch)


def _assignment(value: AttributeValue) -> Change:
    return lambda _: value


def _check_kind(action: str, kind: str) -> None:
    if action == "DELETE" and kind not in MEMBERS:
        raise invalid_parameter(f"DELETE action with value is not supported for the type {kind}")
    if action == "ADD" and kind not in MEMBERS and kind not in {"N", "L"}:
        raise invalid_parameter(f"ADD action is not supported for the type {kind}")


def _mismatch() -> DynamoDBError:
    return validation("Type mismatch for attribute to update")
