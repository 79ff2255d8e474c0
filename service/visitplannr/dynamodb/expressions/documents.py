"""Change an item at document paths; the item given stays as it is."""

from collections.abc import Iterable
from operator import itemgetter

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.expressions.paths import Path, child, value_at
from visitplannr.dynamodb.values.types import AttributeValue, Item


def changed(item: Item, changes: Iterable[tuple[Path, AttributeValue | None]]) -> Item:
    """Put values at paths, or take away what is there (None).

    Indexes are those of the item given: values come first, the lower index before the higher, and
    those beyond a list's end are appended; then removals, from the end (dynamodb.md D143, D144).

    Raises:
        DynamoDBError: something on a path's way is absent or of the wrong kind (D145).
    """
    ordered = sorted(changes, key=itemgetter(0))
    root: AttributeValue = {"M": dict(item)}
    for path, value in ordered:
        if value is not None:
            root = _replaced(root, path, value)
    for path, value in reversed(ordered):
        if value is None:
            root = _without(root, path, item)
    new: Item = root["M"]
    return new


def _without(root: AttributeValue, path: Path, item: Item) -> AttributeValue:
    """Take away what was at a path before; what was appended meanwhile stays."""
    if value_at(item, path) is None:
        _replaced({"M": item}, path, None)  # raises if the path leads nowhere
        return root
    return _replaced(root, path, None)


def _replaced(parent: AttributeValue, path: Path, value: AttributeValue | None) -> AttributeValue:
    step = path[0]
    if len(path) == 1:
        return _with_child(parent, step, value)
    inner = child(parent, step)
    if inner is None:
        raise _invalid_path()
    return _with_child(parent, step, _replaced(inner, path[1:], value))


def _with_child(
    parent: AttributeValue, step: str | int, value: AttributeValue | None
) -> AttributeValue:
    if isinstance(step, str):
        return {"M": _with_member(parent, step, value)}
    return {"L": _with_element(parent, step, value)}


def _with_member(parent: AttributeValue, name: str, value: AttributeValue | None) -> Item:
    if "M" not in parent:
        raise _invalid_path()
    members = dict(parent["M"])
    if value is None:
        members.pop(name, None)
    else:
        members[name] = value
    return members


def _with_element(
    parent: AttributeValue, index: int, value: AttributeValue | None
) -> list[AttributeValue]:
    if "L" not in parent:
        raise _invalid_path()
    before, after = parent["L"][:index], parent["L"][index + 1 :]
    return [*before, *([] if value is None else [value]), *after]


def _invalid_path() -> DynamoDBError:
    return validation("The document path provided in the update expression is invalid for update")
