"""Which route a message is for (websocket.md W10 to W12)."""

import json
import re
from typing import Any

from visitplannr.gateway.json_path import JsonPathError, json_path
from visitplannr.model.application import WebSocketApi
from visitplannr.model.routes import DEFAULT, Route, routes_in

CONNECT, DISCONNECT = "$connect", "$disconnect"
_OF_CONNECTIONS = frozenset({CONNECT, DISCONNECT})
_VARIABLE = re.compile(
    r"\\(?P<escaped>\$)"
    r"|\$\{request\.body\.(?P<braced>[^}]+)\}"
    r"|\$request\.body\.(?P<plain>[\w.\-\[\]]+)"
)


class Routes:
    """The routes of a WebSocket API, by their keys."""

    def __init__(self, api: WebSocketApi) -> None:
        self._by_key = {route.resource: route for route in routes_in(api.document)}
        self._selection = api.selection

    def named(self, key: str) -> Route | None:
        """Give the route of a key."""
        return self._by_key.get(key)

    def selected(self, message: str) -> Route | None:
        """Give the route that a message selects, or `$default`, if there is one."""
        key = evaluated(self._selection, message)
        if key is not None and key not in _OF_CONNECTIONS and key in self._by_key:
            return self._by_key[key]
        return self._by_key.get(DEFAULT)

    def __str__(self) -> str:
        return ", ".join(self._by_key) or "none"


def evaluated(expression: str, message: str) -> str | None:
    """Give the key that a selection expression makes of a message.

    None if the message is no JSON object, or has not what the expression names.
    """
    try:
        body = json.loads(message)
    except (ValueError, RecursionError):
        return None
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        if found["escaped"]:
            return "$"
        text = _text(_at(body, found["braced"] or found["plain"]))
        missing = missing or text is None
        return text or ""

    key = _VARIABLE.sub(value, expression)
    return None if missing else key


def _at(body: Any, path: str) -> Any:
    try:
        return json_path(f"$.{path}").find(body)
    except JsonPathError:
        return None


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None
