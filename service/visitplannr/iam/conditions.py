"""The Condition element: operators, keys, values, compiled to one test of a request's context.

All operators and all keys must hold; of several values one is enough, and of a negated operator
none may match (iam.md I9, I10).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from visitplannr.iam.document import PolicyError, listed
from visitplannr.iam.operators import OPERATORS, Operator, Test
from visitplannr.iam.patterns import Context

_NAME = re.compile(r"(?:(?P<set>ForAllValues|ForAnyValue):)?(?P<name>\w+?)(?P<exists>IfExists)?")


class Quantity(Enum):
    """How many of a key's values in the request must match."""

    ONE = "the key's value"
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


_QUANTITIES = {None: Quantity.ONE, "ForAllValues": Quantity.ALL, "ForAnyValue": Quantity.ANY}


@dataclass(frozen=True, slots=True)
class Condition:
    """An operator with one key and its values."""

    key: str
    test: Test
    negated: bool
    quantity: Quantity
    if_exists: bool

    def holds(self, context: Context) -> bool:
        """Say whether a request's context meets it."""
        values = context.get(self.key)
        if not values:
            return self._without_value
        found = (self.test(value, context) for value in values)
        if self.quantity is Quantity.ONE:
            return any(found) != self.negated
        each = (one != self.negated for one in found)
        return all(each) if self.quantity is Quantity.ALL else any(each)

    @property
    def _without_value(self) -> bool:
        """Say whether it holds for a request without the key (iam.md I10)."""
        if self.if_exists or self.quantity is Quantity.ALL:
            return True
        return self.negated and self.quantity is Quantity.ONE


@dataclass(frozen=True, slots=True)
class Null:
    """A condition on whether a request has the key at all."""

    key: str
    missing: frozenset[bool]

    def holds(self, context: Context) -> bool:
        """Say whether the key is missing, or there, as wanted."""
        return (not context.get(self.key)) in self.missing


def conditions(block: object, where: str, *, variables: bool) -> Iterator[Condition | Null]:
    """Compile a Condition element.

    Raises:
        PolicyError: an operator is unknown, or something has another shape.
    """
    for name, keys in _mapping(block, f"{where}: Condition").items():
        for key, written in _mapping(keys, f"{where}: Condition {name}").items():
            place = f"{where}: Condition {name} {key}"
            values = tuple(_text(value, place) for value in listed(written))
            yield _condition(name, key, values, place, variables=variables)


def _condition(
    name: str, key: str, values: tuple[str, ...], where: str, *, variables: bool
) -> Condition | Null:
    if name == "Null":
        return Null(key.lower(), frozenset(value.lower() == "true" for value in values))
    parts, operator = _operator(name, where)
    return Condition(
        key=key.lower(),
        test=operator.compiled(values, variables=variables),
        negated=operator.negated,
        quantity=_QUANTITIES[parts["set"]],
        if_exists=bool(parts["exists"]),
    )


def _operator(name: str, where: str) -> tuple[re.Match[str], Operator]:
    parts = _NAME.fullmatch(name)
    operator = OPERATORS.get(parts["name"]) if parts else None
    if parts is None or operator is None:
        raise PolicyError(f"{where}: there is no such operator")
    return parts, operator


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise PolicyError(f"{where} is no object")
    return value


def _text(value: object, where: str) -> str:
    """Read a value; JSON's booleans and numbers count as their texts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise PolicyError(f"{where}: {value!r} is no string, number or boolean")
