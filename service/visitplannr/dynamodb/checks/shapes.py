"""The language in which the fields of requests are written down, and its two checks.

`check_type` is about JSON types: SerializationException at the first fault, in document order
(dynamodb.md part 3). `violations` is about constraints, of which AWS lists all (part 4). A shape
that stands in a list or a map is its member; AWS words faults of some members differently.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from visitplannr.dynamodb.checks.printing import printed
from visitplannr.dynamodb.errors import DynamoDBError, serialization

_NO_STRUCTURE = "Start of structure or map found where not expected"
_PARAMETERIZED = "sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl"
_NO_CAST = (
    f"class {_PARAMETERIZED} cannot be cast to class java.lang.Class ({_PARAMETERIZED} and"
    " java.lang.Class are in module java.base of loader 'bootstrap')"
)


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

    def violations(self, _value: Any, _path: str) -> Iterator[str]:
        """Give the violated constraints of a value whose type is right."""
        return iter(())


def violation(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{printed(value)}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _lengths(size: int, least: int | None, most: int | None) -> Iterator[str]:
    if least is not None and size < least:
        yield f"Member must have length greater than or equal to {least}"
    if most is not None and size > most:
        yield f"Member must have length less than or equal to {most}"


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
        return serialization(_NO_STRUCTURE)
    if isinstance(value, list):
        return serialization(f"Unrecognized collection type class {java_type}")
    return serialization(f"{_scalar(value)} cannot be converted to {java_type.rpartition('.')[2]}")


@dataclass(frozen=True, slots=True)
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

    def violations(self, value: str, path: str) -> Iterator[str]:
        return (violation(value, path, text) for text in self.constraints(value))

    def constraints(self, value: str) -> Iterator[str]:
        """Give the texts of what a value violates."""
        if self.enum and value not in self.enum:
            yield f"Member must satisfy enum value set: [{', '.join(self.enum)}]"
        if self.pattern and not re.fullmatch(self.pattern, value):
            yield f"Member must satisfy regular expression pattern: {self.pattern}"
        yield from _lengths(len(value), self.least, self.most)


@dataclass(frozen=True, slots=True)
class Number(Shape):
    """A whole number (D29): Integer, Long, or Date for seconds since 1970."""

    least: int | None = None
    most: int | None = None
    java_type: str = "java.lang.Integer"

    def check_type(self, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong_scalar(value, self.java_type)

    def violations(self, value: float, path: str) -> Iterator[str]:
        if self.least is not None and value < self.least:
            text = f"Member must have value greater than or equal to {self.least}"
            yield violation(value, path, text)
        if self.most is not None and value > self.most:
            text = f"Member must have value less than or equal to {self.most}"
            yield violation(value, path, text)


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


@dataclass(frozen=True, slots=True)
class Listing(Shape):
    """A list (D31, D34)."""

    element: Shape
    least: int | None = None
    most: int | None = None

    @property
    def java_type(self) -> str:
        return f"java.util.List<{self.element.java_type}>"

    def check_type(self, value: Any) -> None:
        if isinstance(value, dict):
            raise serialization(_NO_STRUCTURE)
        if not isinstance(value, list):
            raise serialization("Unexpected field type")
        for one in value:
            if one is not None:
                self.element.check_member(one)

    def check_member(self, value: Any) -> None:
        if not isinstance(value, list | dict):
            raise serialization(_NO_CAST)
        self.check_type(value)

    def violations(self, value: list[Any], path: str) -> Iterator[str]:
        for text in _lengths(len(value), self.least, self.most):
            yield violation(value, path, text)
        for index, one in enumerate(value, 1):
            yield from _inner(self.element, one, f"{path}.{index}.member")


@dataclass(frozen=True, slots=True)
class Mapped(Shape):
    """A map (D32, D34); `keys` constrains its keys (D176), `lengths` its values' least and most."""

    element: Shape
    least: int | None = None
    most: int | None = None
    keys: String | None = None
    lengths: tuple[int, int] | None = None

    @property
    def java_type(self) -> str:
        return f"java.util.Map<java.lang.String, {self.element.java_type}>"

    def check_type(self, value: Any) -> None:
        if isinstance(value, list):
            raise serialization(f"Unrecognized collection type {self.java_type}")
        if not isinstance(value, dict):
            raise serialization("Unexpected field type")
        for one in value.values():
            if one is not None:
                self.element.check_member(one)

    def check_member(self, value: Any) -> None:
        if not isinstance(value, list | dict):
            raise serialization(_NO_CAST)
        self.check_type(value)

    def violations(self, value: dict[str, Any], path: str) -> Iterator[str]:
        for text in _lengths(len(value), self.least, self.most):
            yield violation(value, path, text)
        if self.keys and any(any(self.keys.constraints(key)) for key in value):
            yield violation(value, path, f"Map keys must satisfy constraint: [{self._all_of_keys}]")
        if self.lengths and any(
            any(_lengths(len(one or ()), *self.lengths)) for one in value.values()
        ):
            yield violation(
                value, path, f"Map value must satisfy constraint: [{self._all_of_lengths}]"
            )
        for key, one in value.items():
            yield from _inner(self.element, one, f"{path}.{key}.member")

    @property
    def _all_of_keys(self) -> str:
        if not self.keys:
            return ""
        return (
            f"Member must have length less than or equal to {self.keys.most}, Member must have"
            f" length greater than or equal to {self.keys.least}, Member must satisfy regular"
            f" expression pattern: {self.keys.pattern}"
        )

    @property
    def _all_of_lengths(self) -> str:
        least, most = self.lengths or (0, 0)
        return (
            f"Member must have length less than or equal to {most}, Member must have length"
            f" greater than or equal to {least}"
        )


@dataclass(frozen=True, slots=True)
class Structure(Shape):
    """An object with known fields (D33); fields that are not known are not looked at."""

    name: str
    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()

    @property
    def java_type(self) -> str:
        return f"com.amazonaws.dynamodb.v20120810.{self.name}"

    def check_type(self, value: Any) -> None:
        if isinstance(value, list):
            raise serialization(f"Unrecognized collection type class {self.java_type}")
        if not isinstance(value, dict):
            raise serialization("Unexpected field type")
        for name, one in value.items():
            shape = self.fields.get(name)
            if shape and one is not None:
                shape.check_type(one)

    def check_member(self, value: Any) -> None:
        if not isinstance(value, list | dict):
            raise serialization("Unexpected value type in payload")
        self.check_type(value)

    def violations(self, value: dict[str, Any], path: str) -> Iterator[str]:
        for name, shape in self.fields.items():
            one = value.get(name)
            if one is not None:
                yield from shape.violations(one, _join(path, name))
            elif name in self.required:
                yield violation(None, _join(path, name), "Member must not be null")


def _join(path: str, name: str) -> str:
    camel = name[0].lower() + name[1:]
    return f"{path}.{camel}" if path else camel


def _inner(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if value is None:
        return iter([violation(None, path, "Member must not be null")])
    return shape.violations(value, path)
