"""Strings, numbers and booleans of requests."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from visitplannr.dynamodb.checks.shapes import Shape, length_faults, violation
from visitplannr.dynamodb.errors import DynamoDBError, serialization

NO_STRUCTURE = "Start of structure or map found where not expected"


def _scalar(value: Any) -> str:
    """Name a JSON scalar as AWS's parser does (D27, D29)."""
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    if isinstance(value, str):
        return "STRING_VALUE"
    return "NUMBER_VALUE" if value == value // 1 else "DECIMAL_VALUE"


def _wrong_scalar(value: Any, java_type: str) -> DynamoDBError:
    """Make the error of a value where a scalar should be."""
    if isinstance(value, dict):
        return serialization(NO_STRUCTURE)
    if isinstance(value, list):
        return serialization(f"Unrecognized collection type class {java_type}")
    return serialization(f"{_scalar(value)} cannot be converted to {java_type.rpartition('.')[2]}")


@dataclass(frozen=True)
class String(Shape):
    """A string (D27); `enum` as AWS lists it."""

    least: int | None = None
    most: int | None = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    java_type: str = "java.lang.String"

    def check_type(self, value: Any) -> None:
        if not isinstance(value, str):
            raise _wrong_scalar(value, self.java_type)

    @property
    def constrained(self) -> bool:
        return self != String()

    def violations(self, value: str, path: str) -> Iterator[str]:
        if self._fits(value):
            return iter(())
        return (violation(value, path, text) for text in self.constraints(value))

    def _fits(self, value: str) -> bool:
        """Say whether a value violates nothing, at less cost than to say what it violates."""
        if self.enum:
            return value in self.enum
        if self._compiled and not self._compiled.fullmatch(value):
            return False
        return (self.least or 0) <= len(value) <= (self.most or len(value))

    @cached_property
    def _compiled(self) -> re.Pattern[str] | None:
        return re.compile(self.pattern) if self.pattern else None

    def constraints(self, value: str) -> Iterator[str]:
        """Give the texts of what a value violates."""
        if self.enum and value not in self.enum:
            yield f"Member must satisfy enum value set: [{', '.join(self.enum)}]"
        if self._compiled and not self._compiled.fullmatch(value):
            yield f"Member must satisfy regular expression pattern: {self.pattern}"
        yield from length_faults(len(value), self.least, self.most)


@dataclass(frozen=True, slots=True)
class Number(Shape):
    """A whole number (D29): Integer or Long."""

    least: int | None = None
    most: int | None = None
    java_type: str = "java.lang.Integer"

    def check_type(self, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or value % 1:
            raise _wrong_scalar(value, self.java_type)

    @property
    def constrained(self) -> bool:
        return True

    def violations(self, value: float, path: str) -> Iterator[str]:
        if self.least is not None and value < self.least:
            text = f"Member must have value greater than or equal to {self.least}"
            yield violation(value, path, text)
        if self.most is not None and value > self.most:
            text = f"Member must have value less than or equal to {self.most}"
            yield violation(value, path, text)


class Moment(Shape):
    """Seconds since 1970, or parts of them."""

    java_type = "java.util.Date"

    def check_type(self, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong_scalar(value, self.java_type)


@dataclass(frozen=True, slots=True)
class Boolean(Shape):
    """A boolean, or a string that reads as one (D28, D51)."""

    java_type: str = "java.lang.Boolean"

    def check_type(self, value: Any) -> None:
        if isinstance(value, bool):
            return
        if not isinstance(value, str):
            raise _wrong_scalar(value, self.java_type)
        if value.lower() not in {"true", "yes", "1", "false", "no", "0"}:
            raise serialization("Unexpected token received from parser")
