"""Read DynamoDB tables: their keys, and their items page by page."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, SupportsBytes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TableKeys:
    """The names of a table's key attributes and their types ("S", "N", "B")."""

    partition: str
    sort: str | None
    types: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.partition,) if self.sort is None else (self.partition, self.sort)


@dataclass(frozen=True, slots=True)
class TableQuery:
    """A table and the key that is `wanted`, or all items without one.

    Raises:
        ValueError: `wanted` has other attributes than the key's, or not the partition key.
    """

    table: str
    keys: TableKeys
    wanted: Mapping[str, str]

    def __post_init__(self) -> None:
        if other := set(self.wanted) - set(self.keys.names):
            raise ValueError(f"{min(other)} is no key; the keys are: {', '.join(self.keys.names)}")
        if self.wanted and self.keys.partition not in self.wanted:
            raise ValueError(f"the partition key {self.keys.partition} is needed, too")


@dataclass(frozen=True, slots=True)
class Page:
    """Some items in DynamoDB JSON, and the key after which the next page starts."""

    items: Sequence[Item]
    next_start: Item | None


def read_keys(client: "DynamoDBClient", table: str) -> TableKeys:
    """Ask a table for its keys; errors are botocore's."""
    found = client.describe_table(TableName=table)["Table"]
    roles = {key["KeyType"]: key["AttributeName"] for key in found["KeySchema"]}
    types = {item["AttributeName"]: item["AttributeType"] for item in found["AttributeDefinitions"]}
    return TableKeys(roles["HASH"], roles.get("RANGE"), types)


def read_page(
    client: "DynamoDBClient", query: TableQuery, *, limit: int, start: Item | None = None
) -> Page:
    """Read items: all by a scan, or those of the query's key, in sort order."""
    arguments: dict[str, Any] = {"TableName": query.table, "Limit": limit, "ConsistentRead": True}
    if start is not None:
        arguments["ExclusiveStartKey"] = start
    if not query.wanted:
        found = client.scan(**arguments)
    else:
        types, wanted = query.keys.types, query.wanted
        found = client.query(
            **arguments,
            KeyConditionExpression=" AND ".join(f"#{n} = :{n}" for n in range(len(wanted))),
            ExpressionAttributeNames={f"#{n}": name for n, name in enumerate(wanted)},
            ExpressionAttributeValues={
                f":{n}": {types[name]: value} for n, (name, value) in enumerate(wanted.items())
            },
        )
    return Page(found["Items"], found.get("LastEvaluatedKey"))


def read_all(
    client: "DynamoDBClient", query: TableQuery, *, page_size: int = 1000
) -> Iterator[Item]:
    """Read the items of all pages, each page when it is needed."""
    start: Item | None = None
    while True:
        page = read_page(client, query, limit=page_size, start=start)
        yield from page.items
        start = page.next_start
        if start is None:
            return


class TableReader:
    """Reads tables by their physical names; `make_client` makes the client that is asked.

    Errors are botocore's.
    """

    def __init__(self, make_client: "Callable[[], DynamoDBClient]") -> None:
        self._make_client = make_client

    @cached_property
    def _client(self) -> "DynamoDBClient":
        return self._make_client()

    def describe(self, table: str) -> "TableDescriptionTypeDef":
        """Give DynamoDB's description of a table."""
        return self._client.describe_table(TableName=table)["Table"]

    def read(
        self, table: str, partition: str, sort: str, *, limit: int, start: Item | None
    ) -> Page:
        """Read the items with a key, or all if it is empty.

        Raises:
            ValueError: it is no key of the table.
        """
        keys = read_keys(self._client, table)
        given = ((keys.partition, partition), (keys.sort or "", sort))
        query = TableQuery(table, keys, {name: value for name, value in given if value})
        return read_page(self._client, query, limit=limit, start=start)

    def plain(self, item: Item) -> dict[str, Any]:
        """Turn DynamoDB JSON into plain JSON."""
        return plain(item)


def plain(item: Item) -> dict[str, Any]:
    """Turn DynamoDB JSON into plain JSON; bytes become base64, sets become lists."""
    from boto3.dynamodb.types import TypeDeserializer  # noqa: PLC0415 - boto3 takes long

    read = TypeDeserializer().deserialize
    return {name: _plain(read(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case SupportsBytes():
            return base64.b64encode(bytes(value)).decode()
        case set():
            return sorted(map(_plain, value))
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case _:
            return value
