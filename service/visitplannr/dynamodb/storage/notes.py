"""Descriptions that belong to no table's definition: exports, policies of resources.

A note has a kind and an ARN; its content is JSON.
"""

from collections.abc import Mapping
from typing import Any, Literal

import orjson

from visitplannr.dynamodb.storage.database import Database

Kind = Literal["export", "policy"]


def write_note(database: Database, kind: Kind, arn: str, content: Mapping[str, Any]) -> None:
    """Write a note in place of the one that is there, in a transaction."""
    database.execute(
        "INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", (kind, arn, orjson.dumps(content))
    )


def read_note(database: Database, kind: Kind, arn: str) -> dict[str, Any] | None:
    rows = database.rows("SELECT content FROM notes WHERE kind = ? AND arn = ?", (kind, arn))
    if not rows:
        return None
    content: dict[str, Any] = orjson.loads(rows[0][0])
    return content


def read_notes(database: Database, kind: Kind, after: str = "") -> list[dict[str, Any]]:
    """Give the notes of a kind whose ARN comes after another, in the order of their ARNs."""
    query = "SELECT content FROM notes WHERE kind = ? AND arn > ? ORDER BY arn"
    return [orjson.loads(content) for (content,) in database.rows(query, (kind, after))]


def delete_notes(database: Database, kind: Kind, arn: str) -> None:
    """Delete the note of a resource and of what is below it, in a transaction."""
    database.execute(
        "DELETE FROM notes WHERE kind = ? AND (arn = ? OR substr(arn, 1, ?) = ?)",
        (kind, arn, len(arn) + 1, f"{arn}/"),
    )
