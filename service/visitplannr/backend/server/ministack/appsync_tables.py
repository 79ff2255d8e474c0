"""AppSync's DynamoDB data sources.

AppSync developer guide, "AWS AppSync JavaScript resolver function reference for DynamoDB". A
resolver without code, which MiniStack allows, is told by its field's name and its arguments.
"""

import base64
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from visitplannr.backend.server.ministack.attribute_values import plain_item, typed_item
from visitplannr.backend.server.ministack.seams import find_seam, service
from visitplannr.backend.server.tables import Tables
from visitplannr.dynamodb.errors import DynamoDBError

Given = Mapping[str, Any]
_MOST_LISTED = 100


def read_and_write_by(here: Callable[[], Tables]) -> None:
    """Let AppSync's resolvers use these tables."""
    appsync = service("appsync")
    refusal = find_seam("services.appsync._AppSyncResolverError")

    def resolve(data_source: Given, work: Callable[[Tables, str], Any]) -> Any:
        table = (data_source.get("dynamodbConfig") or {}).get("tableName")
        if not table:
            return None
        try:
            return work(here(), table)
        except DynamoDBError as error:
            raise refusal(error.message or error.code, f"DynamoDB:{error.code}") from error

    def requested(_api_id: str, data_source: Given, request_obj: Any, _ctx: Any) -> Any:
        request = request_obj if isinstance(request_obj, Mapping) else {}
        return resolve(data_source, lambda tables, table: asked(tables, table, request))

    def by_name(data_source: Given, resolver: Given, args: Given, _sub_fields: Any) -> Any:
        field = str(resolver.get("fieldName", ""))
        return resolve(data_source, lambda tables, table: named(tables, table, field, args))

    appsync._ds_dynamodb_in_region = requested
    appsync._resolve_dynamodb_in_region = by_name


def asked(tables: Tables, table: str, request: Given) -> Any:
    """Do what a resolver's code asks for; items come back as plain values.

    Raises:
        DynamoDBError: DynamoDB refuses it, or it is no operation of these.
    """
    operation = request.get("operation", "GetItem")
    body: dict[str, Any] = {"TableName": table}
    if operation in {"Query", "Scan"}:
        return _page(tables.call(operation, body | _reading(request)))
    key = typed_item(request.get("key") or {})
    if operation == "GetItem":
        consistent = bool(request.get("consistentRead"))
        found = tables.call("GetItem", {**body, "Key": key, "ConsistentRead": consistent})
        return plain_item(found.get("Item"))
    body |= _expression(request.get("condition"), "ConditionExpression")
    values = typed_item(request.get("attributeValues") or {})
    if operation == "PutItem":
        tables.call("PutItem", {**body, "Item": key | values})
        return plain_item(key | values)
    if operation == "UpdateItem":
        change = _update(request.get("update"), values)
        return _changed(tables, _merged(body, {**change, "Key": key}))
    if operation == "DeleteItem":
        gone = tables.call("DeleteItem", {**body, "Key": key, "ReturnValues": "ALL_OLD"})
        return plain_item(gone.get("Attributes"))
    raise DynamoDBError("UnsupportedOperation", f"DynamoDB operation {operation} is not supported")


def named(tables: Tables, table: str, field: str, arguments: Given) -> Any:
    """Do what a field's name says: get…, list…, create… or put…, update…, delete….

    Raises:
        DynamoDBError: DynamoDB refuses it.
    """
    if field.startswith("list"):
        limit = arguments.get("limit", _MOST_LISTED)
        found = _page(tables.call("Scan", {"TableName": table, "Limit": limit}))
        wanted = arguments.get("filter") or {}
        return {"items": [item for item in found["items"] if _matches(item, wanted)]}
    given = arguments.get("input", arguments)
    names = _key_names(tables, table)
    if field.startswith(("create", "put")):
        item = {names[0]: str(uuid.uuid4()), **given}
        return asked(tables, table, {"operation": "PutItem", "attributeValues": item})
    key = {name: given[name] for name in names if name in given} or {names[0]: given.get("id")}
    operation = {"update": "UpdateItem", "delete": "DeleteItem"}.get(field[:6], "GetItem")
    values = {name: value for name, value in given.items() if name not in key}
    return asked(tables, table, {"operation": operation, "key": key, "attributeValues": values})


def _key_names(tables: Tables, table: str) -> list[str]:
    described = tables.call("DescribeTable", {"TableName": table})["Table"]
    keys = {key["KeyType"]: key["AttributeName"] for key in described["KeySchema"]}
    return [keys[kind] for kind in ("HASH", "RANGE") if kind in keys]


def _matches(item: Given, wanted: Given) -> bool:
    return all(
        item.get(name) == (value["eq"] if isinstance(value, Mapping) and "eq" in value else value)
        for name, value in wanted.items()
    )


def _reading(request: Given) -> dict[str, Any]:
    body = _merged(
        _expression(request.get("query"), "KeyConditionExpression"),
        _expression(request.get("filter"), "FilterExpression"),
    )
    taken = {
        "index": "IndexName",
        "limit": "Limit",
        "scanIndexForward": "ScanIndexForward",
        "consistentRead": "ConsistentRead",
        "select": "Select",
        "segment": "Segment",
        "totalSegments": "TotalSegments",
    }
    body |= {
        ours: request[theirs] for theirs, ours in taken.items() if request.get(theirs) is not None
    }
    if token := request.get("nextToken"):
        body["ExclusiveStartKey"] = json.loads(base64.b64decode(token))
    return body


def _page(answer: Given) -> dict[str, Any]:
    last = answer.get("LastEvaluatedKey")
    token = base64.b64encode(json.dumps(last).encode()).decode() if last else None
    items = [plain_item(item) for item in answer.get("Items", ())]
    return {"items": items, "nextToken": token, "scannedCount": answer["ScannedCount"]}


def _expression(given: Given | None, member: str) -> dict[str, Any]:
    if not given or not given.get("expression"):
        return {}
    body: dict[str, Any] = {member: given["expression"]}
    if names := given.get("expressionNames"):
        body["ExpressionAttributeNames"] = dict(names)
    if values := given.get("expressionValues"):
        body["ExpressionAttributeValues"] = typed_item(values)
    return body


def _update(given: Given | None, values: Given) -> dict[str, Any]:
    """Make the update that is asked for, or one that sets all `values`."""
    if given:
        return _expression(given, "UpdateExpression")
    if not values:
        return {}
    numbered = list(enumerate(values.items()))
    return {
        "UpdateExpression": "SET " + ", ".join(f"#n{n} = :v{n}" for n, _ in numbered),
        "ExpressionAttributeNames": {f"#n{n}": name for n, (name, _) in numbered},
        "ExpressionAttributeValues": {f":v{n}": value for n, (_, value) in numbered},
    }


def _merged(one: Given, other: Given) -> dict[str, Any]:
    """Join two requests, and their names and values."""
    both = ("ExpressionAttributeNames", "ExpressionAttributeValues")
    shared = {name: {**one[name], **other[name]} for name in both if name in one and name in other}
    return {**one, **other, **shared}


def _changed(tables: Tables, body: dict[str, Any]) -> Any:
    answer = tables.call("UpdateItem", {**body, "ReturnValues": "ALL_NEW"})
    return plain_item(answer.get("Attributes"))
