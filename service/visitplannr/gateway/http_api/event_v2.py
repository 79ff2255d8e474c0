"""The event of an HTTP API, payload format 2.0.

From "Create AWS Lambda proxy integrations for HTTP APIs" in API Gateway's developer guide, and
where that is silent, from recorded events (api-gateway.md H1 to H8).
"""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from visitplannr.gateway.event_parts import domain, forwarded_headers, grouped
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import Match
from visitplannr.model.application import HttpApi
from visitplannr.model.routes import DEFAULT

_TEXT = frozenset({"application/json", "application/javascript", "application/xml"})


def build_event(match: Match, api: HttpApi, ids: RequestIds) -> dict[str, Any]:
    """Build the event of a matched request; what is absent has no key (H1)."""
    request = match.request
    headers = _headers(request, ids)
    cookies = headers.pop("cookie", None)
    query = parse_qsl(request.query, keep_blank_values=True, errors="replace")
    text, is_base64 = body(request)
    optional = {
        "cookies": [part.strip() for part in cookies.split(";")] if cookies else None,
        "queryStringParameters": _joined(grouped(query)) or None,
        "pathParameters": match.path_parameters or None,
        "stageVariables": api.stage_variables or None,
        "body": text,
    }
    return {
        "version": "2.0",
        "routeKey": str(match.route),
        "rawPath": staged_path(request, api),
        "rawQueryString": request.query,
        "headers": headers,
        "requestContext": _context(match, api, ids),
        "isBase64Encoded": is_base64,
        **{key: value for key, value in optional.items() if value is not None},
    }


def _headers(request: Request, ids: RequestIds) -> dict[str, str]:
    """Give the headers in lower case, repeated ones joined by commas (H2)."""
    pairs = ((name.lower(), value) for name, value in forwarded_headers(request, ids))
    return _joined({"content-length": ["0"], **grouped(pairs)})


def _joined(values: Mapping[str, list[str]]) -> dict[str, str]:
    """Join the values of each name by commas, in the names' order."""
    return {name: ",".join(values[name]) for name in sorted(values)}


def staged_path(request: Request, api: HttpApi) -> str:
    """Give the path as HTTP APIs do: percent-decoded, and cut at a decoded "?" (H5)."""
    path = unquote(request.path).partition("?")[0]
    return path if api.stage == DEFAULT else f"/{api.stage}{path}"


def body(request: Request) -> tuple[str | None, bool]:
    """Give the body: as text for a few media types, else as base64 (H7)."""
    if not request.body:
        return None, False
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if media_type in _TEXT or media_type.startswith("text/"):
        return request.body.decode("utf-8", errors="replace"), False
    return base64.b64encode(request.body).decode(), True


def _context(match: Match, api: HttpApi, ids: RequestIds) -> dict[str, Any]:
    request = match.request
    domain_name = domain(request)
    return {
        "accountId": api.account_id,
        "apiId": api.api_id,
        "domainName": domain_name,
        "domainPrefix": domain_name.partition(".")[0],
        "http": {
            "method": request.method,
            "path": staged_path(request, api),
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": ids.extended_request_id,
        "routeKey": str(match.route),
        "stage": api.stage,
        "time": ids.request_time(),
        "timeEpoch": int(ids.epoch * 1000),
    }
