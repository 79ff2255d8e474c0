"""Past invocations, live; replayed and compared."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from visitplannr.console.comparison import compare
from visitplannr.console.console import Console, function_named
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    InvocationError,
    InvocationResult,
    ThrottledError,
)
from visitplannr.runtime.records import Record, as_details, as_row

_LOOK_SECONDS = 0.25
_QUIET_LOOKS = 60
_LOG_SECONDS = 5.0
_RETRY_MS = 1_000


def invocations_api(console: Console) -> APIRouter:
    """Serve them below `/_local/invocations`."""
    router = APIRouter(prefix="/_local/invocations")
    application = console.recorder.begin_application()

    @router.get("")
    async def invocations() -> list[dict[str, Any]]:
        return await asyncio.to_thread(_rows, console, console.recorder.records())

    @router.get("/stream")
    async def stream() -> StreamingResponse:
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(
            _stream(console, application), headers=headers, media_type="text/event-stream"
        )

    @router.get("/{number}")
    async def invocation(number: int) -> dict[str, Any]:
        return _named(console, as_details(_find(console, number)))

    @router.post("/{number}/replay")
    async def replay(number: int) -> dict[str, Any]:
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
        return _named(console, as_details(await _recorded(console, result)))

    @router.get("/{number}/comparison/{other}")
    async def comparison(number: int, other: int) -> list[dict[str, str | None]]:
        return await asyncio.to_thread(compare, _find(console, number), _find(console, other))

    return router


async def _recorded(console: Console, result: InvocationResult) -> Record:
    """Wait for an invocation's log, and find its record."""
    if result.logged is not None:
        await asyncio.wait([result.logged], timeout=_LOG_SECONDS)
    for record in console.recorder.records():
        if record.request_id == result.request_id:
            return record
    raise HTTPException(503, f"the log of the invocation {result.request_id} is not there yet")


def _find(console: Console, number: int) -> Record:
    record = console.recorder.get(number)
    if record is None:
        raise HTTPException(404, f"invocation {number} is not kept any more")
    return record


def _named(console: Console, row: dict[str, Any]) -> dict[str, Any]:
    """Call the function by its logical id, if it is still there."""
    function = function_named(console.application, row["function"])
    return {**row, "function": function.logical_id if function else row["function"]}


def _rows(console: Console, records: list[Record]) -> list[dict[str, Any]]:
    return [_named(console, as_row(record)) for record in records]


async def _stream(console: Console, application: str) -> AsyncIterator[str]:
    """Send all rows, then those that are new or have changed, as server-sent events.

    It ends when another application is served: the browser asks again, and gets its names.
    """
    known: dict[int, str] | None = None
    quiet = 0
    while console.recorder.serves(application):
        records = console.recorder.records()
        changed = [one for one in records if known is None or known.get(one.number) != one.state]
        rows = await asyncio.to_thread(_rows, console, changed) if changed else []
        if known is None:
            yield f"event: all\ndata: {json.dumps(rows)}\n"
            yield f"id: {application}\nretry: {_RETRY_MS}\n\n"
        elif rows:
            yield f"event: some\ndata: {json.dumps(rows)}\n\n"
            quiet = 0
        known = {record.number: record.state for record in records}
        quiet += 1
        if quiet > _QUIET_LOOKS:
            yield ": still here\n\n"
            quiet = 0
        await asyncio.sleep(_LOOK_SECONDS)
