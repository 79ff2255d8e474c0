"""Write JSON values as the texts of constraint errors do: Java's toString (dynamodb.md D45)."""

from typing import Any


def printed(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(printed, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={printed(one)}" for name, one in value.items()) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)
