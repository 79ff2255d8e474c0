"""Tables that MiniStack kept before there was an engine of our own are taken over, once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from visitplannr.backend.server.ministack.seams import service
from visitplannr.backend.server.ministack.table_changes import create_request
from visitplannr.backend.server.tables import Tables, TablesOf
from visitplannr.dynamodb.errors import DynamoDBError

Say = Callable[[str], None]
_BATCH = 25


def take_over_earlier_tables(tables_of: TablesOf, state: Path, say: Say) -> None:
    """Let MiniStack, which reads its state as it starts, hand its tables to `tables_of`.

    The file that they were in is kept beside it under another name.
    """
    file = state / "dynamodb.json"

    def taken_over(data: Mapping[str, Any]) -> None:
        expiries = data["ttl_settings"]
        counts = [
            _take_over(
                tables_of(account, region),
                {**table, "TableName": name},
                expiries.get_scoped(account, region, name, {}),
                say,
            )
            for (account, region, name), table in data["tables"].all_items()
        ]
        kept = file.rename(state / "dynamodb.json.earlier")
        if counts:
            say(
                f"DynamoDB: {len(counts)} tables with {sum(counts)} items of an earlier version "
                f"were taken over; what they were read from is {kept}"
            )

    service("dynamodb").load_persisted_state = taken_over


def _take_over(
    tables: Tables, table: Mapping[str, Any], expiry: Mapping[str, Any], say: Say
) -> int:
    """Make a table and write its items; its stream begins after them. Give how many there are."""
    name = table["TableName"]
    mode = (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED")
    stream = table.get("StreamSpecification")
    given = {**table, "BillingMode": mode, "StreamSpecification": None}
    tables.call("CreateTable", create_request(name, given))
    tables.call("DescribeTable", {"TableName": name})
    items = list(_items(table))
    parts = [items[start : start + _BATCH] for start in range(0, len(items), _BATCH)]
    count = sum(_written(tables, name, part, say) for part in parts)
    if stream and stream.get("StreamEnabled"):
        tables.call("UpdateTable", {"TableName": name, "StreamSpecification": stream})
    if expiry.get("TimeToLiveStatus") == "ENABLED":
        enabled = {"AttributeName": expiry["AttributeName"], "Enabled": True}
        tables.call("UpdateTimeToLive", {"TableName": name, "TimeToLiveSpecification": enabled})
    return count


def _items(table: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for partition in table["items"].values():
        yield from partition.values()


def _written(tables: Tables, name: str, items: Sequence[Mapping[str, Any]], say: Say) -> int:
    requests = [{"PutRequest": {"Item": item}} for item in items]
    try:
        tables.call("BatchWriteItem", {"RequestItems": {name: requests}})
    except DynamoDBError:
        return sum(_written_alone(tables, name, item, say) for item in items)
    return len(items)


def _written_alone(tables: Tables, name: str, item: Mapping[str, Any], say: Say) -> bool:
    try:
        tables.call("PutItem", {"TableName": name, "Item": item})
    except DynamoDBError as error:
        say(f"DynamoDB: an item of {name} could not be taken over: {error.message}")
        return False
    return True
