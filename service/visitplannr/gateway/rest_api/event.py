"""The proxy event of a REST API, payload format 1.0 (api-gateway.md, part 1)."""

import base64
from typing import Any
from urllib.parse import parse_qsl

from visitplannr.gateway.event_parts import domain, forwarded_headers, grouped, identity, last
from visitplannr.gateway.identifiers import RequestIds, short_id
from visitplannr.gateway.media_types import is_binary
from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import Match
from visitplannr.model.application import RestApi


def build_event(match: Match, api: RestApi, ids: RequestIds) -> dict[str, Any]:
    """Build the event of a matched request: exactly twelve keys (E1), null where absent (E2)."""
    request = match.request
    headers = grouped(forwarded_headers(request, ids))
    headers.pop("Content-Length", None)
    query = grouped(parse_qsl(request.query, keep_blank_values=True, errors="replace"))
    body, is_base64 = _body(request, api.binary_media_types)
    return {
        "resource": match.route.resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": match.path_parameters or None,
        "stageVariables": api.stage_variables or None,
        "requestContext": _context(match, api, ids),
        "body": body,
        "isBase64Encoded": is_base64,
    }


def _body(request: Request, binary: tuple[str, ...]) -> tuple[str | None, bool]:
    """Give the body as text, or as base64 where its media type is binary (E12 to E14)."""
    if not request.body:
        return None, False
    if binary and is_binary(request.header("content-type") or "application/json", binary):
        return base64.b64encode(request.body).decode(), True
    return request.body.decode("utf-8", errors="replace"), False


def _context(match: Match, api: RestApi, ids: RequestIds) -> dict[str, Any]:
    """Give the sixteen keys of an unauthorised request (E20 to E30)."""
    request = match.request
    domain_name = domain(request)
    return {
        "accountId": api.account_id,
        "apiId": api.api_id,
        "deploymentId": short_id(f"{api.api_id} deployment"),
        "domainName": domain_name,
        "domainPrefix": domain_name.partition(".")[0],
        "extendedRequestId": ids.extended_request_id,
        "httpMethod": request.method,
        "identity": identity(request),
        "path": f"/{api.stage}{request.path}",
        "protocol": "HTTP/1.1",
        "requestId": ids.request_id,
        "requestTime": ids.request_time(),
        "requestTimeEpoch": int(ids.epoch * 1000),
        "resourceId": short_id(match.route.resource),
        "resourcePath": match.route.resource,
        "stage": api.stage,
    }
