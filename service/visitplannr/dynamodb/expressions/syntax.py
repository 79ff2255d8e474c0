"""The syntax tree of expressions, as written: placeholders are not resolved yet.

A step of a path is a name, a placeholder (`#n`) or an index.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from visitplannr.dynamodb.expressions.paths import Path

Comparator: TypeAlias = Literal["=", "<>", "<", "<=", ">", ">="]
Section: TypeAlias = Literal["SET", "REMOVE", "ADD", "DELETE"]


@dataclass(frozen=True, slots=True)
class PathNode:
    steps: Path


@dataclass(frozen=True, slots=True)
class ValueNode:
    placeholder: str


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple["Operand", ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left + right` or `left - right`, which only SET knows."""

    operator: str
    left: "Operand"
    right: "Operand"


Operand: TypeAlias = PathNode | ValueNode | Call | Arithmetic


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: Comparator
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class In:
    operand: Operand
    candidates: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: "ConditionNode"


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by AND or by OR."""

    operator: Literal["AND", "OR"]
    conditions: tuple["ConditionNode", ...]


Leaf: TypeAlias = Comparison | Between | In | Call
ConditionNode: TypeAlias = Leaf | Not | Junction


@dataclass(frozen=True, slots=True)
class Clause:
    """One change of an update; REMOVE has no operand."""

    section: Section
    path: PathNode
    operand: Operand | None
