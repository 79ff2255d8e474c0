"""The answers of the function, as Lambda proxy integration results."""

import json
from typing import TypedDict

from command_channel.event_store import Event
from command_channel.faults import Fault, Faults

RETRY_AFTER_SECONDS = 1


class Response(TypedDict):
    statusCode: int
    headers: dict[str, str]
    body: str
    isBase64Encoded: bool


def accepted(event: Event) -> Response:
    """Answer 200 OK, naming the stream and the event that hold the proposal."""
    named = {"X-Stream-Name": event.stream_name, "X-Event-Id": event.event_id}
    return _response(200, {"Content-Type": "text/plain", **named}, "OK")


def refused(status: int, faults: Faults) -> Response:
    """Answer 400 or 422 with every fault: {"message", "errors": [{"field", "message"}]}."""
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return _problem(status, f"The destination was not proposed: {count}.", faults)


def throttled() -> Response:
    """Answer 503: the same request can be sent again after a second."""
    response = _problem(503, "The destination was not proposed: too many writes at the moment.", [])
    response["headers"]["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _problem(status: int, message: str, faults: list[Fault]) -> Response:
    errors = [fault._asdict() for fault in faults]
    body = json.dumps({"message": message, "errors": errors})
    return _response(status, {"Content-Type": "application/json"}, body)


def _response(status: int, headers: dict[str, str], body: str) -> Response:
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}
