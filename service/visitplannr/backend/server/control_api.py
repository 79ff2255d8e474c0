"""What tests do to the backend, over HTTP below `/_visitplannr/`, which no AWS service has.

An action gets the method and the body's JSON, and gives the status and the answer's JSON.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from visitplannr.backend.server.json_answer import send_json
from visitplannr.backend.server.relay import read
from visitplannr.backend.server.stack_contents import (
    Held,
    NoSuchSnapshotError,
    Place,
    StackContents,
    TablesElsewhereError,
)
from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.dynamodb.storage.copies import ChangedTableError

PREFIX = "/_visitplannr/"
Action = Callable[[str, Any], tuple[int, Any]]


class BadRequestError(Exception):
    """The body is not what the action takes; the text says what it takes."""


_STATUS: Mapping[type[Exception], int] = {
    BadRequestError: 400,
    ChangedTableError: 409,
    NoSuchSnapshotError: 404,
    TablesElsewhereError: 501,
}


def control_api(actions: Mapping[str, Action], app: App) -> App:
    """Answer at the paths of the actions, each in a thread; leave the rest to `app`."""

    async def answering(scope: Message, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        action = actions.get(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else None
        if action is None:
            await app(scope, receive, send)
            return
        body = await read(receive)
        if body is not None:
            status, said = await asyncio.to_thread(_answer, action, scope["method"], body)
            await send_json(send, status, said)

    return answering


def contents_actions(contents: StackContents) -> Mapping[str, Action]:
    """Name what may be done to what a stack holds."""

    def reset(_method: str, body: Any) -> tuple[int, Any]:
        contents.reset(*_stack(body))
        return 200, {}

    def snapshots(_method: str, body: Any) -> tuple[int, Any]:
        return 201, {"id": contents.snapshot(*_stack(body))}

    def restore(_method: str, body: Any) -> tuple[int, Any]:
        contents.restore(str(body.get("id")) if isinstance(body, dict) else "")
        return 200, {}

    return {"reset": reset, "snapshots": snapshots, "restore": restore}


def _answer(action: Action, method: str, body: bytes) -> tuple[int, Any]:
    try:
        return action(method, json.loads(body or b"null"))
    except ValueError as error:
        return 400, {"message": str(error)}
    except tuple(_STATUS) as error:
        return _STATUS[type(error)], {"message": str(error)}


def _stack(body: Any) -> tuple[Place, Sequence[Held]]:
    match body:
        case {"account": str(account), "region": str(region), "resources": list(found)}:
            held = [Held(one["type"], one["physical_id"]) for one in found]
            return Place(account, region), held
    raise BadRequestError("a stack is told by its account, region and resources")
