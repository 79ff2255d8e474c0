"""What is behind the APIs of plain CloudFormation: a proxy, and a function that gets JSON."""

import json
from typing import Any


def proxy(event: dict[str, Any], _context: object) -> dict[str, Any]:
    context = event["requestContext"]
    said = {
        "path": event.get("path", event.get("rawPath")),
        "contextPath": context.get("path", context.get("http", {}).get("path")),
        "domain": context["domainName"],
        "stage": context["stage"],
        "mapped": (event.get("headers") or {}).get("x-mapped"),
    }
    return {"statusCode": 200, "body": json.dumps(said)}


def plain(event: dict[str, Any], _context: object) -> dict[str, Any]:
    if event.get("fail"):
        raise ValueError(f"Not found: {event['fail']}")
    return {"got": event}
