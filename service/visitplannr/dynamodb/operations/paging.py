"""Pages of Query and Scan: where they begin, where they end, what of an item they show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from visitplannr.dynamodb.arguments import Read
from visitplannr.dynamodb.errors import invalid_parameter, validation
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.capacity import read_units
from visitplannr.dynamodb.operations.pagesize import page_cost
from visitplannr.dynamodb.storage.items import Stored
from visitplannr.dynamodb.storage.reading import Order
from visitplannr.dynamodb.storage.schema import Index, Table
from visitplannr.dynamodb.values import Item, item_size

PAGE_BYTES = 1024 * 1024
View = Callable[[Item], Item]


def order_of(call: Call) -> Order:
    """Find the table and the index that are read.

    Raises:
        DynamoDBError: there is none (dynamodb.md D161, D174), or the index cannot be read so.
    """
    table = call.table(call.body["TableName"])
    name = call.body.get("IndexName")
    if name is None:
        return Order(table, None)
    index = table.index(name)
    if index is None:
        raise validation(f"The table does not have the specified index: {name}")
    if index.is_global and call.body.get("ConsistentRead"):
        raise validation("Consistent reads are not supported on global secondary indexes")
    return Order(table, index)


def require_projected(call: Call, order: Order, request: Read) -> None:
    """Refuse what a global index does not hold (D163, D164)."""
    index = order.index
    if index is None or not index.is_global or index.projection == "ALL":
        return
    if call.body.get("Select") == "ALL_ATTRIBUTES":
        raise invalid_parameter(
            f"Select type ALL_ATTRIBUTES is not supported for global secondary index {index.name} "
            "because its projection type is not ALL"
        )
    held = index.projected_names(order.table.keys) or set()
    paths = [*(request.projection.paths if request.projection else ())]
    paths += request.filter.paths if request.filter else ()
    missing = list(dict.fromkeys(str(path[0]) for path in paths if path[0] not in held))
    if missing:
        raise invalid_parameter(
            f"Global secondary index {index.name} does not project [{', '.join(missing)}]"
        )


@dataclass
class Page:
    """What one page has read."""

    items: list[Item]
    scanned: int = 0
    size: int = 0
    fetched: float = 0
    last: Item | None = None


def read_page(rows: Iterator[Stored], call: Call, order: Order, request: Read) -> Page:
    """Read until the limit or about 1 MB; the filter comes after (D166 to D168)."""
    limit = call.body.get("Limit")
    table, index = order.table, order.index
    range_name = table.keys.range[0].name if table.keys.range else None
    fetches = fetches_items(call, order, request)
    page, cost = Page([]), 0
    for row in rows:
        item = row.item if index is None else index.projected(row.item, table.keys)
        page.scanned += 1
        page.size += row.size if item is row.item else item_size(item)
        if fetches:
            page.fetched += read_units(row.size, consistent=bool(call.body.get("ConsistentRead")))
            item = row.item
        if request.filter is None or request.filter.holds(item):
            page.items.append(request.projection.of(item) if request.projection else item)
        cost += page_cost(item, range_name)
        if page.scanned == limit or cost >= PAGE_BYTES:
            page.last = row.item
            break
    return page


def fetches_items(call: Call, order: Order, request: Read) -> bool:
    """Tell whether a local index's reader wants what only the table has (D164)."""
    index = order.index
    if index is None or index.is_global or index.projection == "ALL":
        return False
    if call.body.get("Select") == "ALL_ATTRIBUTES":
        return True
    held = index.projected_names(order.table.keys) or set()
    paths = [*(request.projection.paths if request.projection else ())]
    paths += request.filter.paths if request.filter else ()
    return any(path[0] not in held for path in paths)


def page_answer(call: Call, order: Order, page: Page) -> Answer:
    answer: dict[str, Any] = {"Count": len(page.items), "ScannedCount": page.scanned}
    if call.body.get("Select") != "COUNT":
        answer["Items"] = page.items
    if page.last is not None:
        answer["LastEvaluatedKey"] = {
            name: page.last[name] for name in start_names(order.table, order.index)
        }
    units = read_units(page.size, consistent=bool(call.body.get("ConsistentRead")))
    call.consumption.read(order.table, order.index, units)
    if page.fetched:
        call.consumption.read(order.table, None, page.fetched)
    return answer | call.consumption.answer()


def start_names(table: Table, index: Index | None) -> list[str]:
    """Name what a starting key holds: the table's key, and the index's (D166)."""
    return list(dict.fromkeys([*table.keys.names, *(index.keys.names if index else ())]))
