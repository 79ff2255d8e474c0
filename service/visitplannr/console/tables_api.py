"""The stack's tables: their keys and items."""

import base64
import json
from collections.abc import Mapping
from typing import Annotated, Any

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import APIRouter, HTTPException, Query

from visitplannr.console.console import Console
from visitplannr.console.overview import tables_of
from visitplannr.console.sources import Item


def tables_api(console: Console) -> APIRouter:
    """Serve them below `/_local/tables`."""
    router = APIRouter(prefix="/_local/tables")

    @router.get("/{table}")
    def description(table: str) -> dict[str, Any]:
        name = _physical_name(console, table)
        try:
            found = console.tables.describe(name)
        except (BotoCoreError, ClientError) as error:
            raise _unreadable(table, error) from error
        return _described(table, found)

    @router.get("/{table}/items")
    def items(
        table: str,
        partition: str = "",
        sort: str = "",
        start: str = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 25,
    ) -> dict[str, Any]:
        name = _physical_name(console, table)
        try:
            after = _read_key(start) if start else None
            page = console.tables.read(name, partition, sort, limit=limit, start=after)
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        except (BotoCoreError, ClientError) as error:
            raise _unreadable(table, error) from error
        return {
            "items": [
                {"plain": console.tables.plain(item), "dynamodb": _as_json(item)}
                for item in page.items
            ],
            "next": json.dumps(_as_json(page.next_start)) if page.next_start else None,
        }

    return router


def _physical_name(console: Console, table: str) -> str:
    for resource in tables_of(console.application):
        if table == resource.logical_id:
            return resource.physical_id
    raise HTTPException(404, f"the stack has no table {table}")


def _unreadable(table: str, error: Exception) -> HTTPException:
    return HTTPException(502, f"the table {table} cannot be read: {error}")


def _described(table: str, found: Mapping[str, Any]) -> dict[str, Any]:
    types = {one["AttributeName"]: one["AttributeType"] for one in found["AttributeDefinitions"]}
    throughput = found.get("ProvisionedThroughput") or {}
    return {
        "logicalId": table,
        "name": found["TableName"],
        "arn": found.get("TableArn"),
        "status": found.get("TableStatus"),
        "count": found.get("ItemCount"),
        "keys": [
            {
                "name": key["AttributeName"],
                "role": "partition key" if key["KeyType"] == "HASH" else "sort key",
                "type": types[key["AttributeName"]],
            }
            for key in found["KeySchema"]
        ],
        "billing": found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        "readCapacity": throughput.get("ReadCapacityUnits"),
        "writeCapacity": throughput.get("WriteCapacityUnits"),
        "indexes": [index["IndexName"] for index in found.get("GlobalSecondaryIndexes") or ()],
    }


def _as_json(item: Item) -> Any:
    """Turn boto3's DynamoDB JSON into JSON: bytes become base64, as on the wire."""
    return json.loads(json.dumps(item, default=lambda value: base64.b64encode(value).decode()))


def _read_key(text: str) -> Item:
    """Read a key that a page ended with.

    Raises:
        ValueError: it is none.
    """
    found = json.loads(text)
    if not (isinstance(found, dict) and all(isinstance(value, dict) for value in found.values())):
        raise ValueError(f"{text} is no key")
    return {
        name: {"B": base64.b64decode(value["B"])} if "B" in value else value
        for name, value in found.items()
    }
