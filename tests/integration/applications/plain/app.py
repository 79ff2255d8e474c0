"""What is behind the APIs of plain CloudFormation: a proxy, and a function that gets JSON."""

import json


def proxy(event, _context):
    context = event["requestContext"]
    said = {
        "path": event.get("path", event.get("rawPath")),
        "contextPath": context.get("path", context.get("http", {}).get("path")),
        "domain": context["domainName"],
        "stage": context["stage"],
        "mapped": (event.get("headers") or {}).get("x-mapped"),
    }
    return {"statusCode": 200, "body": json.dumps(said)}


def plain(event, _context):
    if event.get("fail"):
        raise ValueError(f"Not found: {event['fail']}")
    return {"got": event}
