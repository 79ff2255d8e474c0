"""One request on its way through an operation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from visitplannr.dynamodb.errors import not_found
from visitplannr.dynamodb.operations.capacity import Consumption
from visitplannr.dynamodb.storage.database import Database
from visitplannr.dynamodb.storage.schema import Table

Answer: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where tables are, as their ARNs say."""

    region: str
    account: str

    def table_arn(self, name: str) -> str:
        return f"arn:aws:dynamodb:{self.region}:{self.account}:table/{name}"


@dataclass(frozen=True)
class Call:
    """A checked request, and what it is done with. `now` is in epoch seconds."""

    body: Mapping[str, Any]
    database: Database
    place: Place
    now: float
    consumption: Consumption

    def table(self, name: str) -> Table:
        """Give a table for an operation on items.

        Raises:
            DynamoDBError: there is none (dynamodb.md D25).
        """
        found = self.database.tables.get(name)
        if found is None:
            raise not_found()
        return found

    def described_table(self, name: str) -> Table:
        """Give a table for an operation on tables (dynamodb.md D25)."""
        found = self.database.tables.get(name)
        if found is None:
            raise not_found(f"Requested resource not found: Table: {name} not found")
        return found


Handler: TypeAlias = Callable[[Call], Answer]
