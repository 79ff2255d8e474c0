"""Conditions: what holds for an item and what does not (dynamodb.md part 11)."""

from collections.abc import Callable
from dataclasses import dataclass

from visitplannr.dynamodb.expressions.paths import Path
from visitplannr.dynamodb.values.types import Item


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition or filter with its placeholders resolved; `{}` is an item that is not there."""

    holds: Callable[[Item], bool]
    paths: tuple[Path, ...]
