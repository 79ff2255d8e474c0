"""Lists, maps and structures of requests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from visitplannr.dynamodb.checks.listing import listing_order
from visitplannr.dynamodb.checks.scalars import NO_STRUCTURE, String
from visitplannr.dynamodb.checks.shapes import Shape, length_faults, violation
from visitplannr.dynamodb.errors import serialization

_PARAMETERIZED = "sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl"
_NO_CAST = (
    f"class {_PARAMETERIZED} cannot be cast to class java.lang.Class ({_PARAMETERIZED} and"
    " java.lang.Class are in module java.base of loader 'bootstrap')"
)


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
            raise serialization(NO_STRUCTURE)
        if not isinstance(value, list):
            raise serialization("Unexpected field type")
        for one in value:
            if one is not None:
                self.element.check_member(one)

    def check_member(self, value: Any) -> None:
        if not isinstance(value, list | dict):
            raise serialization(_NO_CAST)
        self.check_type(value)

    @property
    def constrained(self) -> bool:
        return True

    def violations(self, value: list[Any], path: str) -> Iterator[str]:
        for text in length_faults(len(value), self.least, self.most):
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

    @property
    def constrained(self) -> bool:
        return True

    def violations(self, value: dict[str, Any], path: str) -> Iterator[str]:
        for text in length_faults(len(value), self.least, self.most):
            yield violation(value, path, text)
        if self.keys and any(any(self.keys.constraints(key)) for key in value):
            yield violation(value, path, f"Map keys must satisfy constraint: [{self._all_of_keys}]")
        if self.lengths and any(
            any(length_faults(len(one or ()), *self.lengths)) for one in value.values()
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


@dataclass(frozen=True)
class Structure(Shape):
    """An object with known fields (D33); fields that are not known are not looked at."""

    name: str
    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()

    def extended(self, fields: Mapping[str, Shape]) -> "Structure":
        """Give the structure with more fields, which are not required."""
        return Structure(self.name, {**self.fields, **fields}, self.required)

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
            if shape is not None and one is not None:
                shape.check_type(one)

    def check_member(self, value: Any) -> None:
        if not isinstance(value, list | dict):
            raise serialization("Unexpected value type in payload")
        self.check_type(value)

    @property
    def constrained(self) -> bool:
        return True

    def violations(self, value: dict[str, Any], path: str) -> Iterator[str]:
        ranks = self._ranks
        for name in sorted(ranks.keys() & {*value, *self.required}, key=ranks.__getitem__):
            one = value.get(name)
            if one is not None:
                yield from self.fields[name].violations(one, _join(path, name))
            elif name in self.required:
                yield violation(None, _join(path, name), "Member must not be null")

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """Number the fields that can be wrong, in the order in which AWS lists them."""
        names = listing_order(self.fields)
        constrained = [
            name for name in names if name in self.required or self.fields[name].constrained
        ]
        return {name: rank for rank, name in enumerate(constrained)}


def _join(path: str, name: str) -> str:
    camel = name[0].lower() + name[1:]
    return f"{path}.{camel}" if path else camel


def _inner(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if value is None:
        return iter([violation(None, path, "Member must not be null")])
    return shape.violations(value, path)
