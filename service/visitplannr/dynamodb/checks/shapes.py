"""The language in which the fields of requests are written down, and its two checks.

`check_type` is about JSON types: SerializationException at the first fault, in document order
(dynamodb.md part 3). `violations` is about constraints, of which AWS lists all (part 4). A shape
that stands in a list or a map is its member; AWS words faults of some members differently.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from visitplannr.dynamodb.checks.printing import printed


class Shape(ABC):
    """What a field or a member may be."""

    @property
    @abstractmethod
    def java_type(self) -> str:
        """Name it as AWS's texts do."""

    @abstractmethod
    def check_type(self, value: Any) -> None:
        """Refuse a field's JSON value of another type; None never comes."""

    def check_member(self, value: Any) -> None:
        """Refuse a member of another type."""
        self.check_type(value)

    @property
    def constrained(self) -> bool:
        """Say whether a value of the right type can be wrong."""
        return False

    def violations(self, _value: Any, _path: str) -> Iterator[str]:
        """Give the violated constraints of a value whose type is right."""
        return iter(())


def violation(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{printed(value)}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def length_faults(size: int, least: int | None, most: int | None) -> Iterator[str]:
    if least is not None and size < least:
        yield f"Member must have length greater than or equal to {least}"
    if most is not None and size > most:
        yield f"Member must have length less than or equal to {most}"
