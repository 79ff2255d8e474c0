"""Packs parcels, and counts what it is told to."""

import json
from typing import Any


def pack(event: dict[str, Any], _context: object) -> None:
    """Pack what came, unless it is fragile."""
    for record in event["Records"]:
        found = json.loads(record["body"])
        print("packing", found["id"])
        if found.get("fragile"):
            raise ValueError(f"{found['id']} is fragile")


def count(event: dict[str, Any], _context: object) -> dict[str, float]:
    """Count, or fail if that is wanted."""
    print("counting", event.get("what", "all"))
    return {"counted": 1 / event.get("by", 1)}
