"""Which keys a query asks for (dynamodb.md D156 to D160, D202)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from visitplannr.dynamodb.values.types import AttributeValue

Operator: TypeAlias = Literal["=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"]


@dataclass(frozen=True, slots=True)
class RangeTest:
    """A test of a range attribute: two values for BETWEEN, one for the others."""

    operator: Operator
    values: tuple[AttributeValue, ...]


@dataclass(frozen=True, slots=True)
class KeyCondition:
    """The hash values in the order of the schema, and tests of range attributes from the left.

    All but the last test are `=`.
    """

    hashes: tuple[AttributeValue, ...]
    ranges: tuple[RangeTest, ...]


class KeyConditions(Protocol):
    """Conditions of a query, old or new style, before its table is known."""

    def against(
        self, hash_names: Sequence[str], range_names: Sequence[str], types: Mapping[str, str]
    ) -> KeyCondition:
        """Match them with a table's or an index's key schema and its attributes' types.

        Raises:
            DynamoDBError: they do not fit (D158).
        """
        ...
