"""BatchGetItem and BatchWriteItem (dynamodb.md D175 to D181)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from visitplannr.dynamodb import arguments
from visitplannr.dynamodb.errors import DynamoDBError, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.capacity import read_units
from visitplannr.dynamodb.operations.changes import change_item, collection_of
from visitplannr.dynamodb.operations.keys import (
    key_of,
    key_of_item,
    require_index_keys,
    require_plain_keys,
)
from visitplannr.dynamodb.storage.items import Key, Stored, read_item
from visitplannr.dynamodb.storage.schema import Table
from visitplannr.dynamodb.throughput import EXCEEDED
from visitplannr.dynamodb.values import Item

MOST_BYTES = 16 * 1024 * 1024


class Room:
    """What of a batch there was capacity for (dynamodb.md D253)."""

    def __init__(self) -> None:
        self._some = False
        self._refusal: DynamoDBError | None = None

    def takes(self, do: Callable[[], None]) -> bool:
        """Do one part of the batch; False if there is no capacity for it."""
        try:
            do()
        except DynamoDBError as error:
            if error.code != EXCEEDED:
                raise
            self._refusal = error
            return False
        self._some = True
        return True

    def require_some(self) -> None:
        """Refuse a batch of which nothing could be done."""
        if self._refusal and not self._some:
            raise self._refusal


def batch_get(call: Call) -> Answer:
    """Read items of several tables until 16 MB; what is left is unprocessed."""
    requests = arguments.batch_get(call.body)
    tables = {name: call.table(name) for name in requests}
    keyed = {
        name: {key_of(tables[name], key): key for key in keys}
        for name, (keys, _) in requests.items()
    }
    responses: dict[str, list[Item]] = {}
    unprocessed: dict[str, Any] = {}
    size, room = 0, Room()
    for name, (_, projection) in requests.items():
        table, given = tables[name], call.body["RequestItems"][name]
        if projection:
            require_plain_keys(table, projection.paths)
        found, left = responses.setdefault(name, []), []
        for position, key in keyed[name].items():
            if size >= MOST_BYTES:
                left.append(key)
                continue
            stored = read_item(call.database, table, position)
            consistent = bool(given.get("ConsistentRead"))
            size += stored.size if stored else 0
            units = read_units(stored.size if stored else 0, consistent=consistent)
            if not room.takes(partial(call.consumption.read, table, None, units)):
                left.append(key)
            elif stored:
                found.append(projection.of(stored.item) if projection else stored.item)
        if left:
            unprocessed[name] = {**given, "Keys": left}
    room.require_some()
    answer: Answer = {"Responses": responses, "UnprocessedKeys": unprocessed}
    return answer | call.consumption.answers()


def batch_write(call: Call) -> Answer:
    """Put and delete items of several tables, after all of them were checked."""
    requests = arguments.batch_write(call.body)
    tables = {name: call.table(name) for name in requests}
    writes: list[tuple[Table, Key, Item, Item | None]] = []
    for name, pairs in requests.items():
        writes += keyed_writes(tables[name], pairs)
    given = [(name, one) for name in requests for one in call.body["RequestItems"][name]]
    unprocessed: dict[str, list[Any]] = {}
    room = Room()
    with call.database.writing():
        for (name, request), (table, key, _, new) in zip(given, writes, strict=True):
            stored = Stored.of(new) if new is not None else None
            old = read_item(call.database, table, key)
            if not room.takes(partial(change_item, call, table, key, old, stored)):
                unprocessed.setdefault(name, []).append(request)
        room.require_some()
    answer: Answer = {"UnprocessedItems": unprocessed}
    if call.body.get("ReturnItemCollectionMetrics") == "SIZE":
        answer |= collections_of([(table, item) for table, _, item, _ in writes])
    return answer | call.consumption.answers()


def keyed_writes(
    table: Table, pairs: list[tuple[str, Item]]
) -> list[tuple[Table, Key, Item, Item | None]]:
    """Encode the keys of one table's writes; none may be there twice (D178)."""
    writes: list[tuple[Table, Key, Item, Item | None]] = []
    for kind, item in pairs:
        if kind == "Put":
            writes.append((table, key_of_item(table, item), item, item))
            require_index_keys(table, item)
        else:
            writes.append((table, key_of(table, item), item, None))
    if len({key for _, key, _, _ in writes}) != len(writes):
        raise validation("Provided list of item keys contains duplicates")
    return writes


def collections_of(written: list[tuple[Table, Item]]) -> Mapping[str, Any]:
    """Give ItemCollectionMetrics by table, for each partition, where there are local indexes."""
    metrics: dict[str, list[Answer]] = {}
    for table, item in written:
        collection = collection_of(table, item)
        if collection and collection not in metrics.setdefault(table.name, []):
            metrics[table.name].append(collection)
    return {"ItemCollectionMetrics": metrics} if metrics else {}
