"""MiniStack's answers name local addresses in the place of AWS's domains.

Only those of services that tell where an API or a function is, or keep what somebody was told; they
are read whole, and `up` is asked only about one that names such a place.
"""

import contextlib
import json
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import httptools

from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.backend.server.unix_http import request
from visitplannr.model.addresses import (
    ADDRESSES_PATH,
    AS_KEPT_HEADER,
    Address,
    from_json,
    localised,
)

_SERVICES = frozenset(
    {"apigateway", "appconfigdata", "cloudformation", "lambda", "secretsmanager", "ssm", "states"}
)
_SIGNED_FOR = re.compile(rb"Credential=[^/,]*/[^/,]*/[^/,]*/([\w-]+)/aws4_request")
_AS_KEPT = AS_KEPT_HEADER.lower().encode()
_TELLING = re.compile(rb"\.execute-api\.|\.lambda-url\.")

Ask = Callable[[], Awaitable[tuple[Address, ...]]]


def local_addresses(ask: Ask, app: App) -> App:
    """Rewrite the answers of `app`; `ask` gives the addresses that are served now."""

    async def rewritten(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_concerned(scope["headers"]):
            await app(scope, receive, send)
            return
        answer = _Answer()
        await app(scope, receive, answer.take)
        if _TELLING.search(answer.body):
            text = answer.body.decode("utf-8", errors="surrogateescape")
            found = localised(text, await ask())
            answer.replace(found.encode("utf-8", errors="surrogateescape"))
        await send(answer.start)
        await send({"type": "http.response.body", "body": answer.body})

    return rewritten


def asking(path: Path) -> Ask:
    """Ask what listens at the Unix socket `path`; what does not answer serves nothing."""

    async def ask() -> tuple[Address, ...]:
        host = ((b"host", b"localhost"),)
        try:
            response = await request(path, "GET", ADDRESSES_PATH.encode(), host, b"")
            with contextlib.closing(response):
                return from_json(b"".join([part async for part in response.parts()]))
        except (OSError, httptools.HttpParserError, json.JSONDecodeError):
            return ()

    return ask


@dataclass(slots=True)
class _Answer:
    """What an application sends, kept until it is complete."""

    start: Message = field(default_factory=dict)
    body: bytes = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    def replace(self, body: bytes) -> None:
        self.body = body
        kept = [pair for pair in self.start["headers"] if pair[0].lower() != b"content-length"]
        self.start["headers"] = [*kept, (b"content-length", b"%d" % len(body))]


def _is_concerned(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    given = dict(headers)
    signed = _SIGNED_FOR.search(given.get(b"authorization", b""))
    return signed is not None and signed[1].decode() in _SERVICES and _AS_KEPT not in given
