"""The parts of payload format 2.0 that HTTP APIs and function URLs share (H1 to H8, U1 to U8).

From "Create AWS Lambda proxy integrations for HTTP APIs" in API Gateway's developer guide, and
where that is silent, from recorded events.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from visitplannr.gateway.event_parts import body, forwarded_headers, grouped
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.request import Request


def request_part(
    request: Request, ids: RequestIds, always: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Give what an event has of the request itself; what is absent has no key (H1).

    `always` are headers that are there even if the client sent none of the name.
    """
    pairs = ((name.lower(), value) for name, value in forwarded_headers(request, ids))
    headers = _joined({**always, **grouped(pairs)})
    cookies = headers.pop("cookie", None)
    query = parse_qsl(request.query, keep_blank_values=True, errors="replace")
    text, is_base64 = body(request)
    optional = {
        "cookies": [part.strip() for part in cookies.split(";")] if cookies else None,
        "queryStringParameters": _joined(grouped(query)) or None,
        "body": text,
    }
    return {
        "version": "2.0",
        "rawQueryString": request.query,
        "headers": headers,
        "isBase64Encoded": is_base64,
        **{key: value for key, value in optional.items() if value is not None},
    }


def http_part(request: Request, path: str) -> dict[str, str]:
    """Give `requestContext.http`."""
    return {
        "method": request.method,
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": request.source_ip,
        "userAgent": request.header("user-agent") or "",
    }


def time_part(ids: RequestIds) -> dict[str, Any]:
    """Give the moment of the request, as text and in milliseconds."""
    return {"time": ids.request_time(), "timeEpoch": int(ids.epoch * 1000)}


def _joined(values: Mapping[str, list[str]]) -> dict[str, str]:
    """Join the values of each name by commas, in the names' order (H2, H4)."""
    return {name: ",".join(values[name]) for name in sorted(values)}
