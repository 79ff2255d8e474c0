"""`@connections`: what the backend of a WebSocket API may do with its connections (W50 to W55)."""

from datetime import UTC, datetime
from urllib.parse import unquote

from visitplannr.gateway.connections import NORMAL, Connection, OpenConnections
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.request import Response
from visitplannr.gateway.signatures import signed_by
from visitplannr.gateway.websocket_api.errors import FORBIDDEN, as_json
from visitplannr.gateway.websocket_api.event import identity
from visitplannr.gateway.websocket_protocol import MESSAGE_LIMIT


async def manage(connections: OpenConnections, named: str, exchange: Exchange) -> Response:
    """Answer a request about the connection that a part of its path names."""
    request, connection_id = exchange.request, unquote(named)
    if signed_by(request) is None:
        exchange.explanation = "requests to @connections have to be signed [W50]"
        return as_json(403, {"message": "Missing Authentication Token"})
    connection = connections.find(connection_id)
    if connection is None:
        return _gone(exchange, connection_id)
    if request.method == "GET":
        return as_json(200, _status_of(connection))
    if request.method == "DELETE":
        connection.end(NORMAL)
        connections.remove(connection)
        return Response(204, (), b"")
    if request.method == "POST":
        return await _post(connection, exchange)
    exchange.explanation = f"@connections takes POST, GET and DELETE, not {request.method}"
    return as_json(403, {"message": FORBIDDEN})


async def _post(connection: Connection, exchange: Exchange) -> Response:
    body = exchange.request.body
    if exchange.request.body_dropped or len(body) > MESSAGE_LIMIT:
        exchange.explanation = f"a message may have {MESSAGE_LIMIT} bytes [W40]"
        return _error(413, "PayloadTooLargeException", "Message too long")
    try:
        await connection.post(_text_or_bytes(body))
    except OSError:
        return _gone(exchange, connection.id)
    return Response(200, (), b"")


def _text_or_bytes(body: bytes) -> str | bytes:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body


def _status_of(connection: Connection) -> dict[str, object]:
    return {
        "connectedAt": _iso(connection.connected_at),
        "identity": {"userAgent": "", **identity(connection.request)},
        "lastActiveAt": _iso(connection.last_active_at),
    }


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _gone(exchange: Exchange, connection_id: str) -> Response:
    exchange.explanation = f"there is no connection {connection_id} [W51]"
    return _error(410, "GoneException", None)


def _error(status: int, kind: str, message: str | None) -> Response:
    answer = as_json(status, {"message": message})
    return answer.with_headers((*answer.headers, ("x-amzn-ErrorType", kind)))
