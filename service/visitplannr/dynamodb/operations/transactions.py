"""TransactWriteItems and TransactGetItems (dynamodb.md D182 to D191)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from visitplannr.dynamodb import arguments
from visitplannr.dynamodb.arguments import Change, Delete, Get, Put
from visitplannr.dynamodb.errors import DynamoDBError, transaction_canceled, validation
from visitplannr.dynamodb.operations.batches import collections_of
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.capacity import read_units
from visitplannr.dynamodb.operations.changes import (
    change_item,
    require_condition,
    require_update_fits,
    updated_item,
)
from visitplannr.dynamodb.operations.housekeeping import TOKEN_SECONDS
from visitplannr.dynamodb.operations.keys import (
    key_of,
    key_of_item,
    require_index_keys,
    require_plain_keys,
)
from visitplannr.dynamodb.storage.items import Key, Stored, read_item
from visitplannr.dynamodb.storage.schema import Table
from visitplannr.dynamodb.throughput import EXCEEDED
from visitplannr.dynamodb.values import Item, item_size

MOST_BYTES = 4 * 1024 * 1024
CODES = {
    "ValidationException": "ValidationError",
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    EXCEEDED: "ProvisionedThroughputExceeded",
}
Of = TypeVar("Of")
To = TypeVar("To")


@dataclass(frozen=True)
class Action:
    """One action with its table, key and the request's own part."""

    kind: str
    table: Table
    key: Key
    request: Put | Delete | Change
    given: dict[str, Any]


def transact_write(call: Call) -> Answer:
    requests = arguments.transact_write(call.body)
    call.consumption.factor = 2
    token = call.body.get("ClientRequestToken")
    tables = [call.table(name) for _, name, _ in requests]
    if token and repeated(call, token):
        for table in tables:
            call.consumption.read(table, None, 1)
        return call.consumption.answers()
    given = [
        each[kind] for each, (kind, _, _) in zip(call.body["TransactItems"], requests, strict=True)
    ]
    together = list(zip(requests, tables, given, strict=True))
    require_small([(request, part) for (_, _, request), _, part in together])
    actions = checked(together, lambda each: made_action(each[0][0], each[1], each[0][2], each[2]))
    require_once([(action.table.name, action.key) for action in actions])
    with call.database.writing():
        apply(call, actions)
        if token:
            call.database.execute(
                "INSERT OR REPLACE INTO tokens VALUES (?, ?, ?)", (token, call.now, digest(call))
            )
    answer: Answer = {}
    if call.body.get("ReturnItemCollectionMetrics") == "SIZE":
        answer |= collections_of([(action.table, item_of(action)) for action in actions])
    return answer | call.consumption.answers()


def made_action(
    kind: str, table: Table, request: Put | Delete | Change, given: dict[str, Any]
) -> Action:
    """Check an action against its table."""
    if isinstance(request, Put):
        key = key_of_item(table, request.item)
        require_index_keys(table, request.item)
    else:
        key = key_of(table, request.key)
    if isinstance(request, Change):
        require_update_fits(table, request)
    if request.condition:
        require_plain_keys(table, request.condition.paths)
    return Action(kind, table, key, request, given)


def item_of(action: Action) -> Item:
    return action.request.item if isinstance(action.request, Put) else action.request.key


def apply(call: Call, actions: Sequence[Action]) -> None:
    """Decide all actions on the state before, then write them (D184)."""
    olds = [read_item(call.database, action.table, action.key) for action in actions]
    news = evaluated(list(zip(actions, olds, strict=True)), lambda each: decided(*each))
    checked(list(zip(actions, olds, news, strict=True)), lambda each: changed(call, *each))


def changed(call: Call, action: Action, old: Stored | None, new: Stored | None) -> None:
    """Do an action; one that its table has no capacity for is refused (D254)."""
    if action.kind == "ConditionCheck":
        call.consumption.write(action.table, old, None)
    else:
        change_item(call, action.table, action.key, old, new)


def decided(action: Action, old: Stored | None) -> Stored | None:
    """Give the item after an action, if its condition holds."""
    require_condition(action.request.condition, old, action.given)
    if isinstance(action.request, Put):
        return Stored(action.request.item, action.request.size)
    if isinstance(action.request, Change):
        return updated_item(action.table, action.request, old)
    return None


def checked(each: Sequence[Of], do: Callable[[Of], To]) -> list[To]:
    """Check each action; the first fault is the only reason (D187)."""
    results: list[To] = []
    for at, one in enumerate(each):
        try:
            results.append(do(one))
        except DynamoDBError as error:
            reasons = [{"Code": "None"} for _ in each]
            reasons[at] = reason_of(error)
            raise transaction_canceled(reasons) from None
    return results


def evaluated(each: Sequence[Of], do: Callable[[Of], To]) -> list[To]:
    """Evaluate each action; all faults become reasons of one error (D185, D186)."""
    results: list[To] = []
    reasons: list[dict[str, Any]] = []
    for one in each:
        try:
            results.append(do(one))
            reasons.append({"Code": "None"})
        except DynamoDBError as error:
            reasons.append(reason_of(error))
    if len(results) != len(each):
        raise transaction_canceled(reasons)
    return results


def reason_of(error: DynamoDBError) -> dict[str, Any]:
    code = CODES.get(error.code, error.code)
    members = {} if error.code == EXCEEDED else error.members
    return {"Code": code, "Message": error.message, **members}


def require_once(positions: Sequence[tuple[str, Key]]) -> None:
    if len(set(positions)) != len(positions):
        raise validation("Transaction request cannot include multiple operations on one item")


def require_small(parts: Sequence[tuple[Put | Delete | Change, dict[str, Any]]]) -> None:
    """Refuse what is over 4 MB in all (D189)."""
    size = sum(
        (request.size if isinstance(request, Put) else item_size(request.key))
        + item_size(given.get("ExpressionAttributeValues") or {})
        for request, given in parts
    )
    if size > MOST_BYTES:
        raise validation("Transaction request size cannot exceed 4 MB")


def repeated(call: Call, token: str) -> bool:
    """Tell whether the same request came with this token in the last 10 minutes (D190)."""
    rows = call.database.rows(
        "SELECT request FROM tokens WHERE token = ? AND time > ?",
        (token, call.now - TOKEN_SECONDS),
    )
    if rows and rows[0][0] != digest(call):
        raise DynamoDBError(
            "IdempotentParameterMismatchException",
            "Request with the same idempotency token but different request parameters was made",
        )
    return bool(rows)


def digest(call: Call) -> bytes:
    document = orjson.dumps(call.body["TransactItems"], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(document).digest()


def transact_get(call: Call) -> Answer:
    requests = arguments.transact_get(call.body)
    call.consumption.factor = 2
    together = [(call.table(name), request) for name, request in requests]
    keys = checked(together, lambda each: get_key(*each))
    require_once([(table.name, key) for (table, _), key in zip(together, keys, strict=True)])
    read = list(zip(together, keys, strict=True))
    responses = checked(read, lambda each: got(call, *each[0], each[1]))
    return {"Responses": responses, **call.consumption.answers()}


def got(call: Call, table: Table, request: Get, key: Key) -> Answer:
    """Read one item."""
    stored = read_item(call.database, table, key)
    units = read_units(stored.size if stored else 0, consistent=True)
    call.consumption.read(table, None, units)
    projection = request.projection
    item = stored and (projection.of(stored.item) if projection else stored.item)
    return {} if item is None else {"Item": item}


def get_key(table: Table, request: Get) -> Key:
    if request.projection:
        require_plain_keys(table, request.projection.paths)
    return key_of(table, request.key)
