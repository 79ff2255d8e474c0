"""The event of an HTTP API, payload format 1.0: like that of a REST API, with a version (H10)."""

from typing import Any
from urllib.parse import parse_qsl

from visitplannr.gateway.event_parts import (
    body,
    domain,
    forwarded_headers,
    grouped,
    identity,
    last,
)
from visitplannr.gateway.http_api.event_v2 import staged_path
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.routing import Match
from visitplannr.model.application import HttpApi


def build_event(match: Match, api: HttpApi, ids: RequestIds) -> dict[str, Any]:
    """Build the event of a matched request; absent things are null."""
    request = match.request
    headers = {"Content-Length": ["0"], **grouped(forwarded_headers(request, ids))}
    query = grouped(parse_qsl(request.query, keep_blank_values=True, errors="replace"))
    text, is_base64 = body(request)
    return {
        "version": "1.0",
        "resource": match.route.resource,
        "path": staged_path(request, api),
        "httpMethod": request.method,
        "headers": last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "requestContext": _context(match, api, ids),
        "pathParameters": match.path_parameters or None,
        "stageVariables": api.stage_variables or None,
        "body": text,
        "isBase64Encoded": is_base64,
    }


def _context(match: Match, api: HttpApi, ids: RequestIds) -> dict[str, Any]:
    request = match.request
    domain_name = domain(request)
    return {
        "accountId": api.account_id,
        "apiId": api.api_id,
        "domainName": domain_name,
        "domainPrefix": domain_name.partition(".")[0],
        "extendedRequestId": ids.extended_request_id,
        "httpMethod": request.method,
        "identity": identity(request),
        "path": staged_path(request, api),
        "protocol": "HTTP/1.1",
        "requestId": ids.extended_request_id,
        "requestTime": ids.request_time(),
        "requestTimeEpoch": int(ids.epoch * 1000),
        "resourceId": str(match.route),
        "resourcePath": match.route.resource,
        "stage": api.stage,
    }
