"""Document paths: `a.b[1]` as `("a", "b", 1)`; reading what is there."""

from typing import TypeAlias

from visitplannr.dynamodb.values.types import AttributeValue, Item

Path: TypeAlias = tuple[str | int, ...]


def value_at(item: Item, path: Path) -> AttributeValue | None:
    """Give the value at a path, None if there is none."""
    value: AttributeValue = {"M": item}
    for step in path:
        found = child(value, step)
        if found is None:
            return None
        value = found
    return value


def child(value: AttributeValue, step: str | int) -> AttributeValue | None:
    """Go one step down; None where a map has no such key, or a list no such index."""
    found: AttributeValue | None
    if isinstance(step, str):
        found = value["M"].get(step) if "M" in value else None
        return found
    if "L" in value and step < len(value["L"]):
        found = value["L"][step]
        return found
    return None


def printed(path: Path) -> str:
    """Write a path as AWS's texts do: `[a, [1]]` (dynamodb.md D127)."""
    steps = (step if isinstance(step, str) else f"[{step}]" for step in path)
    return "[" + ", ".join(steps) + "]"
