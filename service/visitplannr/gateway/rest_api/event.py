"""The proxy event of a REST API, payload format 1.0 (api-gateway.md, part 1)."""

import base64
from typing import Any

from visitplannr.gateway.event_parts import domain, forwarded_headers, grouped, identity, last
from visitplannr.gateway.identifiers import RequestIds, short_id
from visitplannr.gateway.media_types import is_binary
from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.headers import EVENT_SPELLING, NOT_TAKEN, is_signature
from visitplannr.gateway.rest_api.query import pairs_of
from visitplannr.gateway.routing import Match
from visitplannr.model.application import RestApi


def build_event(match: Match, api: RestApi, ids: RequestIds) -> dict[str, Any]:
    """Build the event of a matched request: exactly twelve keys (E1), null where absent (E2)."""
    resource = match.route.resource
    place = {"resourceId": short_id(resource), "resourcePath": resource}
    event = event_without_route(match.request, api, ids)
    return {
        **event,
        "resource": resource,
        "pathParameters": match.path_parameters or None,
        "requestContext": {**event["requestContext"], **place},
    }


def event_without_route(request: Request, api: RestApi, ids: RequestIds) -> dict[str, Any]:
    """Build what there is of an event before a route is found."""
    headers = grouped(_headers(request, ids))
    query = grouped(pairs_of(request.query))
    body, is_base64 = _body(request, api.binary_media_types)
    return {
        "resource": None,
        "path": f"/{request.path.lstrip('/')}",
        "httpMethod": request.method,
        "headers": last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": None,
        "stageVariables": api.stage_variables or None,
        "requestContext": _context(request, api, ids),
        "body": body,
        "isBase64Encoded": is_base64,
    }


def _headers(request: Request, ids: RequestIds) -> list[tuple[str, str]]:
    headers = forwarded_headers(request, ids, NOT_TAKEN, EVENT_SPELLING)
    return [header for header in headers if not is_signature(*header)]


def _body(request: Request, binary: tuple[str, ...]) -> tuple[str | None, bool]:
    """Give the body as text, or as base64 where its media type is binary (E12 to E14)."""
    if not request.body:
        return None, False
    if binary and is_binary(request.header("content-type") or "application/json", binary):
        return base64.b64encode(request.body).decode(), True
    return request.body.decode("utf-8", errors="replace"), False


def _context(request: Request, api: RestApi, ids: RequestIds) -> dict[str, Any]:
    """Give the keys of an unauthorised request that are not about the route (E20 to E30)."""
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
        "stage": api.stage,
    }
