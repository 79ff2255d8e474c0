"""Query and Scan."""

from visitplannr.dynamodb import arguments
from visitplannr.dynamodb.errors import validation
from visitplannr.dynamodb.expressions import KeyCondition
from visitplannr.dynamodb.operations.call import Answer, Call
from visitplannr.dynamodb.operations.keys import require_plain_keys
from visitplannr.dynamodb.operations.paging import (
    order_of,
    page_answer,
    read_page,
    require_projected,
)
from visitplannr.dynamodb.operations.starting import (
    require_segment,
    require_start_hash,
    require_start_of_scan,
    require_start_rest,
    require_within,
)
from visitplannr.dynamodb.storage.keys import (
    Bounds,
    hash_bytes,
    range_bounds,
    scalar_bytes,
    segment_bounds,
)
from visitplannr.dynamodb.storage.reading import Order, everything, partition
from visitplannr.dynamodb.storage.schema import KeySchema


def query(call: Call) -> Answer:
    request = arguments.query(call.body)
    order = order_of(call)
    keys, start = order.keys, request.start_key
    if start is not None:
        require_start_hash(order, start)
    condition = request.keys.against(
        [part.name for part in keys.hash],
        [part.name for part in keys.range],
        {part.name: part.type for part in keys},
    )
    if start is not None:
        require_start_rest(order, start)
    hash_key = hash_bytes([scalar_bytes(value) for value in condition.hashes])
    bounds = bounds_of(keys, condition)
    if start is not None:
        require_within(order, start, hash_key, bounds, condition)
    require_filter_fits(call, order, request)
    forward = call.body.get("ScanIndexForward") is not False
    rows = partition(call.database, order, hash_key, bounds, start, forward=forward)
    return page_answer(call, order, read_page(rows, call, order, request))


def bounds_of(keys: KeySchema, condition: KeyCondition) -> Bounds:
    tests = [
        (test.operator, [scalar_bytes(value) for value in test.values]) for test in condition.ranges
    ]
    operator: str = ""
    values: list[bytes] = []
    if tests and tests[-1][0] != "=":
        operator, values = tests.pop()
    return range_bounds([equal for _, (equal,) in tests], operator, values, len(keys.range))


def require_filter_fits(call: Call, order: Order, request: arguments.Read) -> None:
    """Refuse filters on the key that is queried, and paths into keys (dynamodb.md D103, D116)."""
    if request.projection:
        require_plain_keys(order.table, request.projection.paths)
    if request.filter:
        name = "QueryFilter" if "QueryFilter" in call.body else "Filter Expression"
        named = {path[0] for path in request.filter.paths}
        for part in order.keys:
            if part.name in named:
                raise validation(
                    f"{name} can only contain non-primary key attributes: "
                    f"Primary key attribute: {part.name}"
                )
    require_projected(call, order, request)
    if request.filter:
        require_plain_keys(order.table, request.filter.paths)


def scan(call: Call) -> Answer:
    request = arguments.scan(call.body)
    order = order_of(call)
    start = request.start_key
    if start is not None:
        require_start_of_scan(order, start)
    require_projected(call, order, request)
    segment, total = call.body.get("Segment") or 0, call.body.get("TotalSegments") or 1
    bounds = segment_bounds(segment, total)
    if start is not None:
        require_segment(order, start, bounds)
    for expression in (request.projection, request.filter):
        if expression:
            require_plain_keys(order.table, expression.paths)
    rows = everything(call.database, order, bounds, start)
    return page_answer(call, order, read_page(rows, call, order, request))
