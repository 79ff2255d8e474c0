"""The events of a WebSocket API: CONNECT, MESSAGE and DISCONNECT (websocket.md W20 to W24)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from visitplannr.gateway.connections import Closing, Connection
from visitplannr.gateway.event_parts import forwarded_headers, grouped, last
from visitplannr.gateway.identifiers import RequestIds
from visitplannr.gateway.request import Request
from visitplannr.gateway.routing import Match
from visitplannr.gateway.websocket_api.selection import CONNECT, DISCONNECT
from visitplannr.model.application import WebSocketApi

Event = dict[str, Any]


def connect_event(api: WebSocketApi, connection: Connection, ids: RequestIds) -> Event:
    """Build the event of a handshake."""
    request = connection.request
    forwarded = forwarded_headers(request, ids)
    headers = grouped(pair for pair in forwarded if pair[0].lower() != "upgrade")
    query = grouped(parse_qsl(request.query, keep_blank_values=True, errors="replace"))
    queried = {
        "queryStringParameters": last(query),
        "multiValueQueryStringParameters": query,
    }
    return {
        "headers": last(headers),
        "multiValueHeaders": headers,
        **(queried if query else {}),
        **_variables(api),
        "requestContext": _context(api, connection, ids, CONNECT, "CONNECT"),
        "isBase64Encoded": False,
    }


def event_of_handshake(match: Match, api: WebSocketApi, ids: RequestIds) -> Event:
    """Build the event that a request would give `$connect`, if it were a handshake."""
    request = match.request
    host = request.header("host") or ""
    connection = Connection(api.logical_id, request, host, _to_nobody, lambda: ids.epoch)
    return connect_event(api, connection, ids)


async def _to_nobody(_message: str | bytes) -> None:
    """Write nothing."""


def message_event(  # noqa: PLR0913 - an event is no less
    api: WebSocketApi,
    connection: Connection,
    ids: RequestIds,
    *,
    key: str,
    message_id: str,
    body: str,
) -> Event:
    """Build the event of a message for the route of a key."""
    context = _context(api, connection, ids, key, "MESSAGE")
    return {
        **_variables(api),
        "requestContext": {**context, "messageId": message_id},
        "body": body,
        "isBase64Encoded": False,
    }


def disconnect_event(
    api: WebSocketApi, connection: Connection, ids: RequestIds, closing: Closing
) -> Event:
    """Build the event of a connection that has ended."""
    headers = {
        "Host": connection.request.header("host") or "",
        "x-api-key": "",
        "X-Forwarded-For": "",
        "x-restapi": "",
    }
    context = _context(api, connection, ids, DISCONNECT, "DISCONNECT")
    return {
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        **_variables(api),
        "requestContext": {
            **context,
            "disconnectStatusCode": closing.code,
            "disconnectReason": closing.reason,
        },
        "isBase64Encoded": False,
    }


def _variables(api: WebSocketApi) -> Mapping[str, Any]:
    return {"stageVariables": dict(api.stage_variables)} if api.stage_variables else {}


def _context(
    api: WebSocketApi, connection: Connection, ids: RequestIds, key: str, kind: str
) -> dict[str, Any]:
    context = {
        "routeKey": key,
        "eventType": kind,
        "extendedRequestId": ids.extended_request_id,
        "requestTime": ids.request_time(),
        "messageDirection": "IN",
        "stage": api.stage,
        "connectedAt": int(connection.connected_at * 1000),
        "requestTimeEpoch": int(ids.epoch * 1000),
        "identity": identity(connection.request),
        "requestId": ids.extended_request_id,
        "domainName": connection.domain,
        "connectionId": connection.id,
        "apiId": api.api_id,
    }
    if connection.authorizer is not None:
        context["authorizer"] = dict(connection.authorizer)
    return context


def identity(request: Request) -> dict[str, str]:
    """Give who is connected, as far as the connection tells (W23)."""
    agent = request.header("user-agent")
    return {**({"userAgent": agent} if agent else {}), "sourceIp": request.source_ip}
