"""The log line of a received event, without the credentials that it carries."""

import json
from typing import Any

_REDACTED = "[redacted]"
_CREDENTIALS = {
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-amz-security-token",
    "x-api-key",
}


def to_log(event: Any) -> str:
    """Give the event as one line of ASCII JSON, with "[redacted]" in the place of credentials.

    Those are the values of the headers that carry credentials, in any casing, and the API key that
    API Gateway repeats in requestContext.identity. What JSON cannot hold is shown as Python does.
    """
    try:
        return json.dumps(_without_credentials(event), default=repr, skipkeys=True)
    except (ValueError, RecursionError) as error:
        return json.dumps(f"an event that JSON cannot hold: {error}")


def _without_credentials(event: Any) -> Any:
    if not isinstance(event, dict):
        return event
    safe = dict(event)
    for key in ("headers", "multiValueHeaders"):
        if isinstance(event.get(key), dict):
            safe[key] = {name: _redacted(name, value) for name, value in event[key].items()}
    match event:
        case {"requestContext": {"identity": {"apiKey": str(), **identity}, **context}}:
            safe["requestContext"] = {**context, "identity": {**identity, "apiKey": _REDACTED}}
        case _:
            pass
    return safe


def _redacted(name: object, value: object) -> object:
    if str(name).lower() not in _CREDENTIALS:
        return value
    return [_REDACTED] * len(value) if isinstance(value, list) else _REDACTED
