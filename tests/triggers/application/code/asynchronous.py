"""Fails if the event says so."""

from typing import Any


def handler(event: Any, _context: Any) -> Any:
    print("try", event)
    if event["fail"]:
        raise ValueError("as asked for")
    return {"answer": event["number"]}
