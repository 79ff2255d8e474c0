"""GetItem, PutItem, UpdateItem, DeleteItem."""

from visitplannr.dynamodb import arguments
from visitplannr.dynamodb.arguments import Change
from visitplannr.dynamodb.expressions import Condition
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.capacity import read_units
from visitplannr.dynamodb.operations.changes import (
    change_item,
    collection_metrics,
    require_condition,
    require_update_fits,
    updated_item,
)
from visitplannr.dynamodb.operations.keys import (
    key_of,
    key_of_item,
    require_index_keys,
    require_plain_keys,
)
from visitplannr.dynamodb.storage.items import Stored, read_item
from visitplannr.dynamodb.storage.schema import Table
from visitplannr.dynamodb.values import Item


def get_item(call: Call) -> Answer:
    request = arguments.get(call.body)
    table = call.table(call.body["TableName"])
    key = key_of(table, request.key)
    if request.projection:
        require_plain_keys(table, request.projection.paths)
    stored = read_item(call.database, table, key)
    consistent = bool(call.body.get("ConsistentRead"))
    units = read_units(stored.size if stored else 0, consistent=consistent)
    call.consumption.read(table, None, units)
    if stored is None:
        return call.consumption.answer()
    item = request.projection.of(stored.item) if request.projection else stored.item
    return {"Item": item, **call.consumption.answer()}


def put_item(call: Call) -> Answer:
    request = arguments.put(call.body)
    table = call.table(call.body["TableName"])
    key = key_of_item(table, request.item)
    require_index_keys(table, request.item)
    require_condition_fits(table, request.condition)
    with call.database.writing():
        old = read_item(call.database, table, key)
        require_condition(request.condition, old, call.body)
        change_item(call, table, key, old, Stored(request.item, request.size))
    return old_attributes(call, old) | ending(call, table, request.item)


def delete_item(call: Call) -> Answer:
    request = arguments.delete(call.body)
    table = call.table(call.body["TableName"])
    key = key_of(table, request.key)
    require_condition_fits(table, request.condition)
    with call.database.writing():
        old = read_item(call.database, table, key)
        require_condition(request.condition, old, call.body)
        change_item(call, table, key, old, None)
    return old_attributes(call, old) | ending(call, table, request.key)


def update_item(call: Call) -> Answer:
    request = arguments.change(call.body)
    table = call.table(call.body["TableName"])
    key = key_of(table, request.key)
    require_update_fits(table, request)
    require_condition_fits(table, request.condition)
    with call.database.writing():
        old = read_item(call.database, table, key)
        require_condition(request.condition, old, call.body)
        new = updated_item(table, request, old)
        change_item(call, table, key, old, new)
    attributes = updated_attributes(call, request, old, new)
    answer: Answer = {"Attributes": attributes} if attributes else {}
    return answer | ending(call, table, request.key)


def require_condition_fits(table: Table, condition: Condition | None) -> None:
    if condition is not None:
        require_plain_keys(table, condition.paths)


def old_attributes(call: Call, old: Stored | None) -> Answer:
    """Give the old item, if it is asked for and there was one (dynamodb.md D149)."""
    if old is None or call.body.get("ReturnValues") != "ALL_OLD":
        return {}
    return {"Attributes": old.item}


def updated_attributes(
    call: Call, request: Change, old: Stored | None, new: Stored | None
) -> Item | None:
    """Give what ReturnValues asks for (dynamodb.md D150 to D152, D154)."""
    match call.body.get("ReturnValues"):
        case "ALL_OLD":
            return old.item if old else None
        case "ALL_NEW":
            return new.item if new else None
        case "UPDATED_OLD" if old and request.update:
            return request.update.updated(old.item)
        case "UPDATED_NEW" if new and request.update:
            return request.update.updated(new.item)
    return None


def ending(call: Call, table: Table, key: Item) -> Answer:
    return call.consumption.answer() | collection_metrics(call, table, key)
