"""Past invocations, live; replayed and compared."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import StreamingResponse

from visitplannr.console.comparison import compare
from visitplannr.console.console import Console, function_named
from visitplannr.console.sources import Invocation
from visitplannr.model.callers import any_page
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    InvocationError,
    InvocationResult,
    ThrottledError,
)
from visitplannr.model.payload import readable
from visitplannr.model.secrets import masked_places

_LOOK_SECONDS = 0.25
_QUIET_LOOKS = 60
_LOG_SECONDS = 5.0
_RETRY_MS = 1_000


def invocations_api(console: Console) -> APIRouter:
    """Serve them below `/_local/invocations`."""
    router = APIRouter(prefix="/_local/invocations")

    @router.get("")
    async def invocations() -> list[dict[str, Any]]:
        await console.invocations.complete()
        return await asyncio.to_thread(_rows, console, console.invocations.records())

    @router.get("/stream")
    async def stream() -> StreamingResponse:
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(_stream(console), headers=headers, media_type="text/event-stream")

    @router.get("/{number}")
    async def invocation(number: int, request: Request) -> dict[str, Any]:
        await console.invocations.complete()
        return _shown(console, request, _find(console, number))

    @router.post("/{number}/replay")
    async def replay(number: int, request: Request) -> dict[str, Any]:
        record = _find(console, number)
        function = function_named(console.application, record.function)
        name = function.name if function else record.function
        try:
            result = await console.invoker.invoke(name, record.event)
        except FunctionNotFoundError as error:
            raise HTTPException(404, str(error)) from error
        except ThrottledError as error:
            raise HTTPException(429, str(error)) from error
        except InvocationError as error:
            raise HTTPException(503, str(error)) from error
        missing = list(masked_places(readable(record.event)))
        return {**_shown(console, request, await _recorded(console, result)), "missing": missing}

    @router.get("/{number}/comparison/{other}")
    async def comparison(number: int, other: int, request: Request) -> list[dict[str, str | None]]:
        secrets = console.secrets if any_page(request.headers.raw) else None
        before, after = _find(console, number), _find(console, other)
        return await asyncio.to_thread(compare, before, after, secrets)

    return router


async def _recorded(console: Console, result: InvocationResult) -> Invocation:
    """Wait for an invocation's log and calls, and find its record."""
    if result.logged is not None:
        await asyncio.wait([result.logged], timeout=_LOG_SECONDS)
    await console.invocations.complete()
    for record in console.invocations.records():
        if record.request_id == result.request_id:
            return record
    raise HTTPException(503, f"the log of the invocation {result.request_id} is not there yet")


def _find(console: Console, number: int) -> Invocation:
    record = console.invocations.get(number)
    if record is None:
        raise HTTPException(404, f"invocation {number} is not kept any more")
    return record


def _shown(console: Console, request: Request, record: Invocation) -> dict[str, Any]:
    """Give a record; a page sees no secrets."""
    found = _named(console, record.details())
    return console.secrets.value(found) if any_page(request.headers.raw) else found


def _named(console: Console, row: dict[str, Any]) -> dict[str, Any]:
    """Call the function by its logical id, if it is still there."""
    function = function_named(console.application, row["function"])
    return {**row, "function": function.logical_id if function else row["function"]}


def _rows(console: Console, records: Iterable[Invocation]) -> list[dict[str, Any]]:
    return [_named(console, record.row()) for record in records]


async def _stream(console: Console) -> AsyncIterator[str]:
    """Send all rows, then those that are new or have changed, as server-sent events.

    It ends when another application is served: the browser asks again, and gets its names.
    """
    known: dict[int, str] | None = None
    quiet = 0
    while console.invocations.serves(console.name):
        records = console.invocations.records()
        changed = [one for one in records if known is None or known.get(one.number) != one.state]
        rows = await asyncio.to_thread(_rows, console, changed) if changed else []
        if known is None:
            yield f"event: all\ndata: {json.dumps(rows)}\n"
            yield f"id: {console.name}\nretry: {_RETRY_MS}\n\n"
        elif rows:
            yield f"event: some\ndata: {json.dumps(rows)}\n\n"
            quiet = 0
        known = {record.number: record.state for record in records}
        quiet += 1
        if quiet > _QUIET_LOOKS:
            yield ": still here\n\n"
            quiet = 0
        await asyncio.sleep(_LOOK_SECONDS)
