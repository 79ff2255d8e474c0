"""Read DynamoDB tables: their keys, and their items page by page."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer

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
class Page:
    """Some items in DynamoDB JSON, and the key after which the next page starts."""

    items: Sequence[Item]
    next_start: Item | None


def read_keys(client: Any, table: str) -> TableKeys:
    """Ask a table for its keys; errors are botocore's."""
    found = client.describe_table(TableName=table)["Table"]
    roles = {key["KeyType"]: key["AttributeName"] for key in found["KeySchema"]}
    types = {item["AttributeName"]: item["AttributeType"] for item in found["AttributeDefinitions"]}
    return TableKeys(roles["HASH"], roles.get("RANGE"), types)


def read_page(  # noqa: PLR0913 - as many as a query has
    client: Any,
    table: str,
    keys: TableKeys,
    wanted: Mapping[str, str],
    *,
    limit: int,
    start: Item | None = None,
) -> Page:
    """Read items: all by a scan, or those with the `wanted` key by a query, in sort order.

    Raises:
        ValueError: `wanted` has other attributes than the key's, or not the partition key.
    """
    _check(keys, wanted)
    arguments: dict[str, Any] = {"TableName": table, "Limit": limit, "ConsistentRead": True}
    if start is not None:
        arguments["ExclusiveStartKey"] = start
    if not wanted:
        found = client.scan(**arguments)
    else:
        found = client.query(
            **arguments,
            KeyConditionExpression=" AND ".join(f"#{n} = :{n}" for n in range(len(wanted))),
            ExpressionAttributeNames={f"#{n}": name for n, name in enumerate(wanted)},
            ExpressionAttributeValues={
                f":{n}": {keys.types[name]: value} for n, (name, value) in enumerate(wanted.items())
            },
        )
    return Page(found["Items"], found.get("LastEvaluatedKey"))


def plain(item: Item) -> dict[str, Any]:
    """Turn DynamoDB JSON into plain JSON; bytes become base64, sets become lists."""
    read = TypeDeserializer().deserialize
    return {name: _plain(read(value)) for name, value in item.items()}


def _check(keys: TableKeys, wanted: Mapping[str, str]) -> None:
    if other := set(wanted) - set(keys.names):
        raise ValueError(f"{min(other)} is no key; the keys are: {', '.join(keys.names)}")
    if wanted and keys.partition not in wanted:
        raise ValueError(f"the partition key {keys.partition} is needed, too")


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Binary():
            return base64.b64encode(value.__getattribute__("value")).decode()
        case set():
            return sorted(map(_plain, value))
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case _:
            return value
