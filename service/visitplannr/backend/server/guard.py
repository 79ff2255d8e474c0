"""The first step: this machine's programs may ask for anything, its pages for S3's objects.

Pages on loopback reach S3 as their bucket's CORS configuration says; of MiniStack's own pages,
those stay that AWS's answers lead to.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.model.callers import Refusal, any_page, foreign_host, is_loopback

_LED_TO = (
    "/_ministack/cfn-response/",
    "/_ministack/cfn-signal/",
    "/_ministack/lambda-code/",
    "/_ministack/lambda-layers/",
)
_ASKED_FOR = frozenset(
    {"/health", "/_localstack/health", "/_ministack/health", "/_ministack/ready"}
)

Target = tuple[str, str]
RawHeaders = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Preflight:
    """What S3 answers to a browser that asks whether a page may do something."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class S3Cors(Protocol):
    """What the buckets' CORS configurations say; header names are in lower case."""

    def target(self, method: str, path: str, headers: Mapping[str, str]) -> Target | None:
        """Give bucket and key, if the request is one to S3 and the bucket is there."""

    def preflight(self, target: Target, headers: Mapping[str, str]) -> Preflight:
        """Answer an OPTIONS request."""

    def allowed(self, target: Target, method: str, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Give the headers that let a page read the answer, if any."""


def guard(s3: S3Cors, app: App) -> App:
    """Let pass what may pass; no answer allows more to pages than S3's configuration does."""

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        page = any_page(scope["headers"])
        target = _page_at_s3(s3, scope) if page else None
        refusal = foreign_host(scope["headers"]) or _hidden(scope["path"])
        if refusal := refusal or (None if target else page):
            await _refuse(scope, send, refusal)
        elif target and scope["method"] == "OPTIONS":
            await _send_preflight(send, s3.preflight(target, _by_name(scope["headers"])))
        else:
            await app(scope, receive, _with_cors(scope, send, s3, target))

    return guarded


def _hidden(path: str) -> Refusal | None:
    own = path.startswith(("/_ministack", "/_localstack"))
    if not own or path in _ASKED_FOR or path.startswith(_LED_TO):
        return None
    return Refusal(403, f"{path} is not AWS's; `visitplannr --help` names what there is instead")


def _page_at_s3(s3: S3Cors, scope: Message) -> Target | None:
    """Give the object that a page on loopback asks S3 for."""
    given = _by_name(scope["headers"])
    if scope["type"] != "http" or given.get("sec-fetch-site") == "cross-site":
        return None
    if not is_loopback(given.get("origin", "http://localhost")):
        return None
    if scope["method"] == "POST" and "urlencoded" in given.get("content-type", ""):
        return None
    method = given.get("access-control-request-method", scope["method"])
    return s3.target(method, scope["path"], given)


def _with_cors(scope: Message, send: Send, s3: S3Cors, target: Target | None) -> Send:
    async def corrected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = _without_cors(message.get("headers", ()))
            if target:
                given = _by_name(scope["headers"])
                headers += _raw(s3.allowed(target, scope["method"], given))
            message = {**message, "headers": headers}
        await send(message)

    return corrected


def _without_cors(headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    return [pair for pair in headers if not pair[0].lower().startswith(b"access-control-")]


async def _refuse(scope: Message, send: Send, refusal: Refusal) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.reason})
        return
    body = json.dumps({"message": refusal.reason}).encode()
    await _answer(send, refusal.status, {"content-type": "application/json"}, body)


async def _send_preflight(send: Send, preflight: Preflight) -> None:
    await _answer(send, preflight.status, preflight.headers, preflight.body)


async def _answer(send: Send, status: int, headers: Mapping[str, str], body: bytes) -> None:
    sent = {**{name.lower(): value for name, value in headers.items()}}
    sent["content-length"] = str(len(body))
    await send({"type": "http.response.start", "status": status, "headers": _raw(sent)})
    await send({"type": "http.response.body", "body": body})


def _raw(headers: Mapping[str, str]) -> RawHeaders:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def _by_name(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
