"""Keep the items of a stack's tables in a folder, and put them back.

LocalStack's free edition keeps nothing. Each table is a file of JSON lines under its logical id, as
physical names change with each deployment of a new stack.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visitplannr.backend.endpoint import Backend
from visitplannr.backend.stack_resources import list_resources

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import WriteRequestOutputTypeDef, WriteRequestTypeDef

_BATCH = 25
_LOCK = "lock"
_NAMES = "tables.json"


def tables_of(backend: Backend, stack_name: str) -> dict[str, str]:
    """Map the logical ids of a stack's tables to their physical names."""
    return {
        resource.logical_id: resource.physical_id
        for resource in list_resources(backend.client("cloudformation"), stack_name)
        if resource.type == "AWS::DynamoDB::Table" and resource.physical_id
    }


def save(client: "DynamoDBClient", tables: Mapping[str, str], folder: Path) -> int:
    """Write the items of each table, if they have changed; return how many items there are.

    One at a time saves: what was read earlier never replaces what was read later.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _replace(folder / _NAMES, json.dumps(tables))
        for logical_id, name in tables.items():
            lines = sorted(json.dumps(item, sort_keys=True) for item in _items(client, name))
            count += len(lines)
            _replace(folder / f"{logical_id}.jsonl", "".join(f"{line}\n" for line in lines))
    return count


def saved_tables(folder: Path) -> dict[str, str]:
    """Give the tables that were saved last, by logical id; none if none were."""
    try:
        found: dict[str, str] = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def restore(client: "DynamoDBClient", tables: Mapping[str, str], folder: Path) -> int:
    """Put the kept items into the tables; return how many."""
    count = 0
    for logical_id, name in tables.items():
        path = folder / f"{logical_id}.jsonl"
        if not path.exists():
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for start in range(0, len(lines), _BATCH):
            requests: Sequence[WriteRequestTypeDef | WriteRequestOutputTypeDef] = [
                {"PutRequest": {"Item": json.loads(line)}} for line in lines[start : start + _BATCH]
            ]
            while requests:
                answer = client.batch_write_item(RequestItems={name: requests})
                requests = answer.get("UnprocessedItems", {}).get(name, [])
        count += len(lines)
    return count


def _items(client: "DynamoDBClient", name: str) -> Iterator[Mapping[str, Any]]:
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    for page in pages:
        yield from page["Items"]


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
