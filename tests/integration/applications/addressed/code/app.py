import os
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    places = {name: os.environ.get(name) for name in ("GREETER", "PLACES")}
    return {"path": event["rawPath"], "query": event["rawQueryString"], **places}
