"""Who gets to what is ours (`up.local_app`), below `/_local/` and `/2015-03-31/`."""

import json
from collections.abc import Collection, Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from visitplannr.gateway.asgi import App, Message, Receive, Send, send_response
from visitplannr.gateway.request import Response
from visitplannr.model.callers import Refusal, any_page, foreign_host, foreign_page, malformed_host

_PREFIXES = ("/_local/", "/2015-03-31/", "/2021-11-15/", "/2014-11-13/")
_CONSOLE = "/_local/"


def beside(
    ours: App, theirs: App, console_port: int, their_hosts: Collection[str] = frozenset()
) -> App:
    """Serve what is ours below its prefixes, to this machine's programs only; else `theirs`.

    What comes in at the console's port is for the console's own pages, too (ADR 8). On
    `their_hosts`, function URLs' own, nothing is ours.
    """

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and _is_no_handshake(scope, console_port):
            await send({"type": "websocket.close"})
        elif scope["type"] != "http":
            await theirs(scope, receive, send)
        elif scope["server"][1] == console_port or (
            scope["path"].startswith(_PREFIXES) and _host_name(scope) not in their_hosts
        ):
            if answer := _turned_away(scope, console_port):
                await send_response(send, answer)
            else:
                await ours(scope, receive, send)
        elif scope["http_version"] == "1.1" and (refusal := malformed_host(scope["headers"])):
            await send_response(send, _refused(refusal))
        else:
            await theirs(scope, receive, send)

    return app


def _is_no_handshake(scope: Message, console_port: int) -> bool:
    return scope["server"][1] == console_port or malformed_host(scope["headers"]) is not None


def _turned_away(scope: Message, console_port: int) -> Response | None:
    """Answer a request that gets no further: refused, or led to the console."""
    headers = scope["headers"]
    if refusal := foreign_host(headers):
        return _refused(refusal)
    host = next(value.decode("latin-1") for name, value in headers if name == b"host")
    if scope["server"][1] == console_port:
        if not scope["path"].startswith(_CONSOLE):
            return _redirect(_CONSOLE)
        refusal = foreign_page(headers, f"{scope['scheme']}://{host}")
        return _refused(refusal) if refusal else None
    page = any_page(headers)
    if scope["path"] == _CONSOLE and _navigates(headers):
        name = urlsplit(f"//{host}").hostname or ""
        name = f"[{name}]" if ":" in name else name
        return _redirect(f"{scope['scheme']}://{name}:{console_port}{_CONSOLE}")
    return _refused(page) if page else None


def _host_name(scope: Message) -> str:
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _navigates(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Say whether a browser asks for a page to be shown: it sends no Origin then."""
    given = dict(headers)
    return b"origin" not in given and b"text/html" in given.get(b"accept", b"")


def _redirect(location: str) -> Response:
    return Response(307, (("Location", location), ("Cache-Control", "no-store")), b"")


def _refused(refusal: Refusal) -> Response:
    body = json.dumps({"message": f"{HTTPStatus(refusal.status).phrase}: {refusal.reason}"})
    return Response(refusal.status, (("Content-Type", "application/json"),), body.encode())
