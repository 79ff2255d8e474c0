"""The proxy event of a REST API, payload format 1.0 (api-gateway.md, part 1)."""

import base64
import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from service.gateway.identifiers import RequestIds, short_id
from service.gateway.media_types import is_binary
from service.gateway.request import Request
from service.gateway.routing import Match
from service.template.model import RestApi

_DROPPED = frozenset({"connection", "content-length", "te", "trailer", "transfer-encoding"})
_CANONICAL = {
    "host": "Host",
    "user-agent": "User-Agent",
    "x-amzn-trace-id": "X-Amzn-Trace-Id",
    "x-forwarded-for": "X-Forwarded-For",
    "x-forwarded-port": "X-Forwarded-Port",
    "x-forwarded-proto": "X-Forwarded-Proto",
}
_IDENTITY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
)


def build_event(request: Request, match: Match, api: RestApi, ids: RequestIds) -> dict[str, Any]:
    """Build the event of a matched request: exactly twelve keys (E1), null where absent (E2)."""
    headers = _grouped(_forwarded(request, ids))
    query = _grouped(parse_qsl(request.query, keep_blank_values=True, errors="replace"))
    body, is_base64 = _body(request, api.binary_media_types)
    return {
        "resource": match.route.resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": match.path_parameters or None,
        "stageVariables": api.stage_variables or None,
        "requestContext": _context(request, match, api, ids),
        "body": body,
        "isBase64Encoded": is_base64,
    }


def _forwarded(request: Request, ids: RequestIds) -> Iterable[tuple[str, str]]:
    """Give the client's headers, less hop-by-hop ones, and those that AWS adds (E40 to E46)."""
    added = {
        "X-Amzn-Trace-Id": ids.trace,
        "X-Forwarded-For": request.source_ip,
        "X-Forwarded-Port": str(request.port),
        "X-Forwarded-Proto": request.scheme,
    }
    for name, value in request.headers:
        lower = name.lower()
        canonical = _CANONICAL.get(lower, name)
        if lower == "x-forwarded-for":
            added[canonical] = f"{value}, {request.source_ip}"
        elif lower not in _DROPPED and canonical not in added:
            yield canonical, value
    yield from added.items()


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _last(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: listed[-1] for name, listed in values.items()}


def _body(request: Request, binary: tuple[str, ...]) -> tuple[str | None, bool]:
    """Give the body as text, or as base64 where its media type is binary (E12 to E14)."""
    if not request.body:
        return None, False
    if binary and is_binary(request.header("content-type") or "application/json", binary):
        return base64.b64encode(request.body).decode(), True
    return request.body.decode("utf-8", errors="replace"), False


def _context(request: Request, match: Match, api: RestApi, ids: RequestIds) -> dict[str, Any]:
    """Give the sixteen keys of an unauthorised request (E20 to E30)."""
    domain = (request.header("host") or "").rsplit(":", 1)[0]
    identity = {
        **dict.fromkeys(_IDENTITY),
        "sourceIp": request.source_ip,
        "userAgent": request.header("user-agent"),
    }
    return {
        "accountId": api.account_id,
        "apiId": api.api_id,
        "deploymentId": short_id(f"{api.api_id} deployment"),
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "extendedRequestId": ids.extended_request_id,
        "httpMethod": request.method,
        "identity": identity,
        "path": f"/{api.stage}{request.path}",
        "protocol": "HTTP/1.1",
        "requestId": ids.request_id,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(ids.epoch)),
        "requestTimeEpoch": int(ids.epoch * 1000),
        "resourceId": short_id(match.route.resource),
        "resourcePath": match.route.resource,
        "stage": api.stage,
    }
