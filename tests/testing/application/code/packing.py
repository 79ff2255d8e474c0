"""Packs parcels, and counts what it is told to."""

import json


def pack(event, _context):
    """Pack what came, unless it is fragile."""
    for record in event["Records"]:
        found = json.loads(record["body"])
        print("packing", found["id"])
        if found.get("fragile"):
            raise ValueError(f"{found['id']} is fragile")


def count(event, _context):
    """Count, or fail if that is wanted."""
    print("counting", event.get("what", "all"))
    return {"counted": 1 / event.get("by", 1)}
