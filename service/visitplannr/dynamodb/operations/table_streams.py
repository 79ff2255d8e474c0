"""A table's stream: enabled, disabled, described with the table (dynamodb.md D217, D218)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from visitplannr.dynamodb.errors import invalid_parameter, validation
from visitplannr.dynamodb.operations.call import Call
from visitplannr.dynamodb.storage.records import (
    Stream,
    add_stream,
    end_stream,
    find_stream,
)
from visitplannr.dynamodb.storage.schema import Table


def require_view(specification: Mapping[str, Any] | None, *, is_new: bool) -> None:
    """Refuse an enabled stream without a view, or a disabled one with one (D257)."""
    if not specification:
        return
    enabled, view = specification.get("StreamEnabled"), specification.get("StreamViewType")
    if bool(enabled) == (view is not None):
        return
    change = "enabled" if enabled else "disabled"
    if is_new:
        rest = "is required" if enabled else "should not be specified"
        raise invalid_parameter(
            f"Table is being created with a stream {change}, UpdateViewType {rest}"
        )
    raise invalid_parameter(
        "If stream is being enabled then UpdateViewType is required"
        if enabled
        else "If stream is being disabled, then UpdateViewType must not be specified"
    )


def with_stream(call: Call, table: Table, specification: Mapping[str, Any] | None) -> Table:
    """Give a new table the stream that its specification asks for, in a transaction."""
    if not specification or not specification.get("StreamEnabled"):
        return table
    view = specification["StreamViewType"]
    arn, label = free_arn(call, table)
    keys = tuple(table.description["KeySchema"])
    stream = add_stream(
        call.database, Stream(0, arn, table.name, None, label, view, call.now, keys)
    )
    described = table.described(
        StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
        LatestStreamArn=arn,
        LatestStreamLabel=label,
    )
    return replace(described, stream=stream.number)


def free_arn(call: Call, table: Table) -> tuple[str, str]:
    """Give a new stream's ARN and label: the time, or the next millisecond that no stream has."""
    at = call.now
    while True:
        label = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        arn = f"{call.place.table_arn(table.name)}/stream/{label}"
        if find_stream(call.database, arn) is None:
            return arn, label
        at += 0.001


def change_stream(call: Call, table: Table, specification: Mapping[str, Any]) -> Table:
    """Enable or disable a table's stream, in a transaction."""
    if specification.get("StreamEnabled"):
        if table.stream is not None:
            raise validation(f"Table already has an enabled stream: TableName: {table.name}")
        return with_stream(call, table, specification)
    if table.stream is None:
        raise validation(f"Table has no stream to disable: TableName: {table.name}")
    end_stream(call.database, table.stream, call.now)
    return replace(table.described(StreamSpecification=None), stream=None)
