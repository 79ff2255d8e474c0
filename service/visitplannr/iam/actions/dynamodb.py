"""DynamoDB: each table and index with AWS's own actions (iam.md I25 to I29).

Batches need their own action on each table; a transaction needs that of each of its parts; a
query on an index is one of the index.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from visitplannr.iam.actions.call import Call, Check, Facts
from visitplannr.iam.actions.expressions import attributes_of, leading_key
from visitplannr.iam.actions.partiql import statement_check
from visitplannr.iam.actions.rows import (
    Entry,
    Row,
    Table,
    anything,
    arn_or_name,
    named,
    parameters_as_keys,
    table,
)

_KEYS = {
    "dynamodb:Select": "Select",
    "dynamodb:ReturnValues": "ReturnValues",
    "dynamodb:ReturnConsumedCapacity": "ReturnConsumedCapacity",
}
_KEYED = ("Key", "Item")
_LEADING = frozenset({"dynamodb:leadingkeys"})
_PARTS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def _check(
    call: Call, facts: Facts, action: str, request: Mapping[str, Any], keys: Iterable[object]
) -> Check | None:
    """Make the check of one request to one table; `keys` are the keys or items that it names."""
    name, index = request.get("TableName"), request.get("IndexName")
    if not isinstance(name, str):
        return None
    table_arn = arn_or_name(call, "dynamodb", "table/{}", name)
    partition_key = facts.partition_key(table_arn, index)
    leading = _leading_keys(request, partition_key, keys)
    context: dict[str, object] = {
        **parameters_as_keys({**call.parameters, **request}, _KEYS),
        "dynamodb:LeadingKeys": leading,
        "dynamodb:Attributes": sorted(attributes_of(request, keys)),
    }
    resource = f"{table_arn}/index/{index}" if isinstance(index, str) else table_arn
    unknown = _LEADING if not leading and action != "Scan" else frozenset()
    return Check(f"dynamodb:{action}", resource, context, unknown)


def _leading_keys(
    request: Mapping[str, Any], partition_key: str | None, keys: Iterable[object]
) -> list[str]:
    if partition_key is None:
        return []
    values = [key.get(partition_key) for key in keys if isinstance(key, Mapping)]
    values.append(leading_key(request, partition_key))
    found = [next(iter(value.values())) for value in values if isinstance(value, Mapping) and value]
    return list(dict.fromkeys(one for one in found if isinstance(one, str)))


def _item(call: Call, facts: Facts) -> Sequence[Check] | None:
    keys = [value for name, value in call.parameters.items() if name in _KEYED]
    found = _check(call, facts, call.operation, call.parameters, keys)
    return None if found is None else [found]


def _batch_get(call: Call, facts: Facts) -> Sequence[Check] | None:
    return _complete(
        _check(call, facts, "BatchGetItem", {**request, "TableName": name}, request["Keys"])
        for name, request in _mapping(call.parameters.get("RequestItems"))
        if isinstance(request, Mapping) and isinstance(request.get("Keys"), list)
    )


def _batch_write(call: Call, facts: Facts) -> Sequence[Check] | None:
    return _complete(
        _check(call, facts, "BatchWriteItem", {"TableName": name}, list(_written(requests)))
        for name, requests in _mapping(call.parameters.get("RequestItems"))
        if isinstance(requests, list)
    )


def _written(requests: Iterable[object]) -> Iterable[object]:
    for request in requests:
        for _, part in _mapping(request):
            yield from (value for name, value in _mapping(part) if name in _KEYED)


def _transaction(call: Call, facts: Facts) -> Sequence[Check] | None:
    found = []
    for request in call.entries("TransactItems"):
        for name, part in request.items():
            keys = [value for key, value in _mapping(part) if key in _KEYED]
            known = name in _PARTS and isinstance(part, Mapping)
            check = _check(call, facts, _PARTS[name], part, keys) if known else None
            found.append(check and _enclosed(check, call.operation))
    return _complete(found)


def _enclosed(check: Check, operation: str) -> Check:
    context = {**check.context, "dynamodb:EnclosingOperation": operation}
    return replace(check, context=context)


def _partiql(call: Call, facts: Facts) -> Sequence[Check] | None:
    del facts
    listed = call.entries("Statements") or call.entries("TransactStatements") or [call.parameters]
    enclosing = call.operation if call.operation == "ExecuteTransaction" else None
    return _complete(statement_check(call, one.get("Statement"), enclosing) for one in listed)


def _complete(checks: Iterable[Check | None]) -> Sequence[Check] | None:
    """Give all checks, or None if there is none or one is not known."""
    found = list(checks)
    complete = [check for check in found if check is not None]
    return complete if complete and len(complete) == len(found) else None


def _mapping(value: object) -> Iterable[tuple[str, Any]]:
    return value.items() if isinstance(value, Mapping) else ()


def _shard(call: Call, facts: Facts) -> Iterable[str] | None:
    """Read the stream's ARN, with which its shard iterators begin."""
    del facts
    arn = (call.text("ShardIterator") or "").partition("|")[0]
    return (arn,) if arn.startswith("arn:") else None


def _streams(call: Call, facts: Facts) -> Iterable[str]:
    del facts
    name = call.text("TableName")
    return ("*",) if name is None else (f"{call.arn('dynamodb', f'table/{name}')}/stream/*",)


_ITEMS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan")
_SPECIAL: Mapping[str, Entry] = {
    **dict.fromkeys(_ITEMS, _item),
    "BatchGetItem": _batch_get,
    "BatchWriteItem": _batch_write,
    "TransactGetItems": _transaction,
    "TransactWriteItems": _transaction,
    "ExecuteStatement": _partiql,
    "BatchExecuteStatement": _partiql,
    "ExecuteTransaction": _partiql,
}
_TABLE = named("dynamodb", "table/{}", "TableName", "TableArn", "ResourceArn")

DYNAMODB: Table = table(
    "dynamodb",
    Row(
        _TABLE,
        """CreateTable DescribeTable UpdateTable DeleteTable DescribeTimeToLive UpdateTimeToLive
        DescribeContinuousBackups UpdateContinuousBackups CreateBackup
        DescribeContributorInsights UpdateContributorInsights ExportTableToPointInTime
        DescribeKinesisStreamingDestination EnableKinesisStreamingDestination
        DisableKinesisStreamingDestination UpdateKinesisStreamingDestination
        TagResource UntagResource ListTagsOfResource GetResourcePolicy PutResourcePolicy
        DeleteResourcePolicy""",
    ),
    Row(named("dynamodb", "{}", "BackupArn"), "DescribeBackup DeleteBackup"),
    Row(
        anything,
        "ListTables ListBackups ListGlobalTables DescribeLimits DescribeEndpoints",
    ),
    others=_SPECIAL,
)

STREAMS: Table = table(
    "dynamodb",
    Row(_shard, "GetRecords"),
    Row(_streams, "ListStreams"),
    Row(named("dynamodb", "{}", "StreamArn"), "DescribeStream GetShardIterator"),
)
