"""Arguments of item operations: checked values and parsed expressions, before any table is looked up.

`checks.check` comes first (JSON types and constraints). What is here does the rest of what AWS checks before the
table (dynamodb.md D234, steps 8 to 14): values, old-style rules, expressions, what is unused, an item's size.
Each function takes the request's body and raises DynamoDBError.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from visitplannr.dynamodb.expressions import Condition, KeyConditions, Projection, Update
from visitplannr.dynamodb.values.types import Item

Body: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Get:
    """GetItem's key (not yet compared with a schema) and projection (old style too)."""

    key: Item
    projection: Projection | None


@dataclass(frozen=True, slots=True)
class Put:
    item: Item
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Delete:
    key: Item
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Change:
    """UpdateItem; without any update it creates the key alone where there is no item (D126)."""

    key: Item
    update: Update | None
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Read:
    """What Query and Scan share; `filter_style` is FilterExpression, QueryFilter or ScanFilter."""

    start_key: Item | None
    filter: Condition | None
    projection: Projection | None


@dataclass(frozen=True, slots=True)
class Query(Read):
    keys: KeyConditions


def get(body: Body) -> Get:
    """GetItem, one table's Keys entry has `keys` for."""
    raise NotImplementedError


def put(body: Body) -> Put:
    """PutItem; TransactWriteItems' Put."""
    raise NotImplementedError


def delete(body: Body) -> Delete:
    """DeleteItem; TransactWriteItems' Delete and ConditionCheck."""
    raise NotImplementedError


def change(body: Body) -> Change:
    """UpdateItem; TransactWriteItems' Update."""
    raise NotImplementedError


def query(body: Body) -> Query:
    raise NotImplementedError


def scan(body: Body) -> Read:
    raise NotImplementedError


def batch_get(body: Body) -> Mapping[str, tuple[list[Item], Projection | None]]:
    """BatchGetItem: by table the keys and the projection."""
    raise NotImplementedError


def batch_write(body: Body) -> Mapping[str, list[tuple[str, Item]]]:
    """BatchWriteItem: by table pairs of `Put` and the item, or `Delete` and the key."""
    raise NotImplementedError


def transact_write(body: Body) -> list[tuple[str, str, Put | Delete | Change]]:
    """TransactWriteItems: kind (`Put`, `Delete`, `Update`, `ConditionCheck`), table, arguments."""
    raise NotImplementedError


def transact_get(body: Body) -> list[tuple[str, Get]]:
    """TransactGetItems: table, arguments."""
    raise NotImplementedError
