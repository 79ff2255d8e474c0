"""Operands with their placeholders resolved, and how they are evaluated for an item."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.expressions.paths import Path, value_at
from visitplannr.dynamodb.expressions.placeholders import Placeholders
from visitplannr.dynamodb.expressions.syntax import Call, Operand, PathNode, ValueNode
from visitplannr.dynamodb.values.comparison import kind_of
from visitplannr.dynamodb.values.sizes import binary_size, text_size
from visitplannr.dynamodb.values.types import AttributeValue, Item

Getter: TypeAlias = Callable[[Item], AttributeValue | None]
_SIZED = frozenset({"S", "B", "SS", "NS", "BS", "L", "M"})


@dataclass(frozen=True, slots=True)
class Attribute:
    path: Path


@dataclass(frozen=True, slots=True)
class Constant:
    value: AttributeValue


@dataclass(frozen=True, slots=True)
class SizeOf:
    """size(…); any number of arguments, which are counted later."""

    arguments: tuple["Resolved", ...]


Resolved: TypeAlias = Attribute | Constant | SizeOf


def resolve(operand: Operand, placeholders: Placeholders) -> Resolved:
    """Put names and values in the place of placeholders, from left to right.

    Raises:
        DynamoDBError: one is not defined (dynamodb.md D94).
    """
    if isinstance(operand, PathNode):
        return Attribute(resolve_path(operand, placeholders))
    if isinstance(operand, ValueNode):
        return Constant(resolve_value(operand, placeholders))
    arguments = operand.arguments if isinstance(operand, Call) else ()
    return SizeOf(tuple(resolve(argument, placeholders) for argument in arguments))


def resolve_path(node: PathNode, placeholders: Placeholders) -> Path:
    return tuple(
        _name(step, placeholders) if isinstance(step, str) else step for step in node.steps
    )


def resolve_value(node: ValueNode, placeholders: Placeholders) -> AttributeValue:
    value = placeholders.value(node.placeholder)
    if value is None:
        raise validation(
            "An expression attribute value used in expression is not defined;"
            f" attribute value: {node.placeholder}"
        )
    return value


def _name(step: str, placeholders: Placeholders) -> str:
    if step[0] != "#":
        return step
    name = placeholders.name(step)
    if name is None:
        raise validation(
            "An expression attribute name used in the document path is not defined;"
            f" attribute name: {step}"
        )
    return name


def constant_kind(operand: Resolved) -> str | None:
    """Give the type that an operand has whatever the item: that of a value, N for a size."""
    if isinstance(operand, Constant):
        return kind_of(operand.value)
    return "N" if isinstance(operand, SizeOf) else None


def check_operand(operand: Resolved) -> None:
    """Check the sizes in an operand: one argument, of a type that has a size (D97, D114)."""
    if not isinstance(operand, SizeOf):
        return
    check_count("size", len(operand.arguments), 1)
    check_operand(operand.arguments[0])
    kind = constant_kind(operand.arguments[0])
    if kind and kind not in _SIZED:
        raise wrong_kind("size", kind)


def check_count(function: str, count: int, right: int) -> None:
    if count != right:
        raise validation(
            "Incorrect number of operands for operator or function; operator or function:"
            f" {function}, number of operands: {count}"
        )


def wrong_kind(function: str, kind: str) -> DynamoDBError:
    """Make the error of an operator or function that cannot take a type (D98)."""
    return validation(
        "Incorrect operand type for operator or function; operator or function:"
        f" {function}, operand type: {kind}"
    )


def getter(operand: Resolved) -> Getter:
    """Compile an operand; what it gives is None where the item has nothing of the kind."""
    if isinstance(operand, Constant):
        value = operand.value
        return lambda _: value
    if isinstance(operand, SizeOf):
        return _size_getter(getter(operand.arguments[0]))
    return path_getter(operand.path)


def path_getter(path: Path) -> Getter:
    if len(path) == 1 and isinstance(path[0], str):
        name = path[0]
        return lambda item: item.get(name)
    return lambda item: value_at(item, path)


def _size_getter(inner: Getter) -> Getter:
    def size(item: Item) -> AttributeValue | None:
        value = inner(item)
        count = None if value is None else _size(value)
        return None if count is None else {"N": str(count)}

    return size


def _size(value: AttributeValue) -> int | None:
    """Count bytes of strings and binaries, members of the rest (D114)."""
    kind = kind_of(value)
    if kind == "S":
        return text_size(value["S"])
    if kind == "B":
        return binary_size(value["B"])
    return len(value[kind]) if kind in _SIZED else None


def paths_of(operand: Resolved) -> tuple[Path, ...]:
    if isinstance(operand, Attribute):
        return (operand.path,)
    if isinstance(operand, SizeOf):
        return tuple(path for argument in operand.arguments for path in paths_of(argument))
    return ()


def printed_bound(value: AttributeValue) -> str:
    """Write a value as the texts of BETWEEN do: `AttributeValue: {N:1}` (D109)."""
    kind = kind_of(value)
    return f"AttributeValue: {{{kind}:{value[kind]}}}"
