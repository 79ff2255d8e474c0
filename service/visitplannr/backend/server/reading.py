"""Reads of a request, once, which call it is and whose; the body is still there for who serves it.

Those objects that are written to S3, and functions' events, are not read: nothing in them tells
what is called.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from visitplannr.backend.server.calls import WireCall, read_call
from visitplannr.backend.server.dispatch import INVOKE_PATH
from visitplannr.backend.server.steps import Message, Receive
from visitplannr.backend.server.wire import Credentials, WireRequest

CALL = "visitplannr.call"
"""Where in the scope the call is, once it has been read: a `WireCall`, or None."""
DECISION = "visitplannr.decision"
"""Where the step that decides about a call leaves its decision in the scope."""

PERMISSIONS = "visitplannr.permissions"
"""Where it leaves what the call needed, or lacked: texts, an action, a space, a resource."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A request that was read, and from where its body is to be received now."""

    request: WireRequest
    call: WireCall | None
    receive: Receive


async def reading(
    scope: Message, receive: Receive, head: WireRequest, signed: Credentials
) -> Reading:
    """Read a request whose head is known, and note its call in the scope."""
    messages = await _received(receive) if _tells(head, signed.signing_name) else []
    body = b"".join(message.get("body", b"") for message in messages)
    request = WireRequest(head.method, head.path, head.query, head.headers, body)
    call = scope[CALL] = read_call(request, signed.signing_name)
    return Reading(request, call, _again(messages, receive) if messages else receive)


def head_of(scope: Message) -> WireRequest:
    """Give a request as far as it is known without its body."""
    headers = {name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]}
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"].decode("latin-1")
    return WireRequest(scope["method"], path.decode("latin-1"), query, headers, b"")


def _tells(head: WireRequest, signing_name: str) -> bool:
    """Say whether the body can tell something about the call."""
    if signing_name == "s3":
        return head.method == "POST" and "delete" in head.query
    return not (signing_name == "lambda" and INVOKE_PATH.fullmatch(head.path))


async def _received(receive: Receive) -> list[Message]:
    messages = [await receive()]
    while messages[-1]["type"] == "http.request" and messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def _again(messages: Sequence[Message], receive: Receive) -> Receive:
    """Give what was received once more, and then what is still to come."""
    kept = list(messages)

    async def received() -> Message:
        return kept.pop(0) if kept else await receive()

    return received
