"""Read what the command needs from a REST proxy event (version 1.0 of the payload format).

An event of a direct invocation may lack any of its keys; then so does what is read from it.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from command_channel.faults import Fault, Faults

IDEMPOTENCY_KEY = "Idempotency-Key"

_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")
_TRACE_ROOT = re.compile(r"Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)")


def header_values(event: Mapping[str, Any], name: str) -> list[str]:
    """Give all values of a header, whatever its casing; both maps of headers may be null."""
    for key in ("multiValueHeaders", "headers"):
        headers = event.get(key)
        if isinstance(headers, dict):
            found = [value for sent, value in headers.items() if str(sent).lower() == name.lower()]
            values = [v for value in found for v in (value if isinstance(value, list) else [value])]
            if values:
                return [value for value in values if isinstance(value, str)]
    return []


def idempotency_key(event: Mapping[str, Any]) -> str | Faults | None:
    """Read the optional header Idempotency-Key: 1 to 255 visible ASCII characters, trimmed."""
    keys = {value.strip(" \t") for value in header_values(event, IDEMPOTENCY_KEY)}
    if len(keys) > 1:
        return [Fault(IDEMPOTENCY_KEY, "is given more than once")]
    if not all(_VISIBLE_ASCII.fullmatch(key) for key in keys):
        return [Fault(IDEMPOTENCY_KEY, "must have 1 to 255 characters of visible ASCII")]
    return keys.pop() if keys else None


def body_text(event: Mapping[str, Any]) -> str | Faults:
    """Read the body, which the gateway gives as text or, for binary media types, as base64."""
    body = event.get("body")
    if body is None or body == "":
        return [Fault("body", "is required")]
    if not isinstance(body, str):
        return [Fault("body", "must be a text that holds a JSON object")]
    if event.get("isBase64Encoded") is not True:
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except UnicodeDecodeError:
        return [Fault("body", "is not UTF-8 text")]
    except (binascii.Error, ValueError):
        return [Fault("body", "is not base64, as isBase64Encoded says")]


def metadata(
    event: Mapping[str, Any], invocation_id: str | None, trace_header: str | None
) -> dict[str, str]:
    """Say where an event comes from, without saying who: RequestId, TraceId, Source.

    RequestId is the gateway's, which the client sees as x-amzn-RequestId, or else the invocation's;
    TraceId is the root of X-Amzn-Trace-Id; Source is method and resource ("POST /destination").
    What is not known is left out.
    """
    context = event.get("requestContext")
    gateway_id = context.get("requestId") if isinstance(context, dict) else None
    roots = [
        root[1]
        for header in (*header_values(event, "X-Amzn-Trace-Id"), trace_header or "")
        if (root := _TRACE_ROOT.search(header))
    ]
    method, resource = event.get("httpMethod"), event.get("resource")
    known = {
        "RequestId": gateway_id if isinstance(gateway_id, str) else invocation_id,
        "TraceId": roots[0] if roots else None,
        "Source": f"{method} {resource}" if method and resource else "direct invocation",
    }
    return {name: value for name, value in known.items() if value}
