"""What the gateway has answered lately, for the console; bounded in number and in bytes."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from visitplannr.gateway.exchange import Exchange

LIMIT = 1_000
BYTES = 32 * 1024 * 1024


class History:
    """Keeps the latest exchanges; older ones make room for them."""

    def __init__(self, limit: int = LIMIT, max_bytes: int = BYTES) -> None:
        self._exchanges: deque[Exchange] = deque()
        self._limit = limit
        self._max_bytes = max_bytes
        self._bytes = 0

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange."""
        self._exchanges.append(exchange)
        self._bytes += _size(exchange)
        while len(self._exchanges) > self._limit or self._bytes > self._max_bytes:
            self._bytes -= _size(self._exchanges.popleft())

    def __iter__(self) -> Iterator[Exchange]:
        """Give the exchanges, the latest first."""
        return reversed(self._exchanges)


def as_json(exchange: Exchange) -> dict[str, Any]:
    """Give an exchange as the console reads it, without event and bodies."""
    return {
        "requestId": exchange.ids.request_id,
        "time": exchange.ids.epoch,
        "api": exchange.api,
        "method": exchange.request.method,
        "path": exchange.request.path,
        "status": exchange.response.status,
        "durationMs": round(exchange.seconds * 1000, 2),
        "function": exchange.function,
        "lambdaRequestId": exchange.result.request_id if exchange.result else None,
        "explanation": exchange.explanation,
    }


def as_full_json(exchange: Exchange) -> dict[str, Any]:
    """Give an exchange with its event, the function's result and the answer."""
    result, response = exchange.result, exchange.response
    return {
        **as_json(exchange),
        "event": exchange.event,
        "result": result.payload.decode("utf-8", errors="replace") if result else None,
        "functionError": result.function_error if result else None,
        "headers": response.headers,
        "body": response.body.decode("utf-8", errors="replace"),
    }


def _size(exchange: Exchange) -> int:
    """Estimate what keeping an exchange costs: its body is there twice, in the event too."""
    result = len(exchange.result.payload) if exchange.result else 0
    return 2_000 + 2 * len(exchange.request.body) + result + len(exchange.response.body)
