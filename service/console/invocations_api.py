"""Past invocations, live; replayed and compared."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from service.console.comparison import compare
from service.console.console import Console
from service.console.record import Record, as_details, as_row
from service.template.invocation import (
    FunctionNotFoundError,
    InvocationError,
    InvocationResult,
    ThrottledError,
)

_LOOK_SECONDS = 0.25
_QUIET_LOOKS = 60
_LOG_SECONDS = 5.0


def invocations_api(console: Console) -> APIRouter:
    """Serve them below `/_local/invocations`."""
    router = APIRouter(prefix="/_local/invocations")

    @router.get("")
    def invocations() -> list[dict[str, Any]]:
        return [_named(console, as_row(record)) for record in console.recorder.records()]

    @router.get("/stream")
    async def stream() -> StreamingResponse:
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(_stream(console), headers=headers, media_type="text/event-stream")

    @router.get("/{number}")
    async def invocation(number: int) -> dict[str, Any]:
        return _named(console, as_details(_find(console, number)))

    @router.post("/{number}/replay")
    async def replay(number: int) -> dict[str, Any]:
        record = _find(console, number)
        try:
            result = await console.invoker.invoke(record.function, record.event)
        except FunctionNotFoundError as error:
            raise HTTPException(404, str(error)) from error
        except ThrottledError as error:
            raise HTTPException(429, str(error)) from error
        except InvocationError as error:
            raise HTTPException(503, str(error)) from error
        return _named(console, as_details(await _recorded(console, result)))

    @router.get("/{number}/comparison/{other}")
    async def comparison(number: int, other: int) -> list[dict[str, str | None]]:
        return compare(_find(console, number), _find(console, other))

    return router


async def _recorded(console: Console, result: InvocationResult) -> Record:
    """Wait for an invocation's log, and find its record."""
    if result.logged is not None:
        await asyncio.wait_for(asyncio.shield(result.logged), _LOG_SECONDS)
    return next(one for one in console.recorder.records() if one.request_id == result.request_id)


def _find(console: Console, number: int) -> Record:
    record = console.recorder.get(number)
    if record is None:
        raise HTTPException(404, f"invocation {number} is not kept any more")
    return record


def _named(console: Console, row: dict[str, Any]) -> dict[str, Any]:
    """Call the function by its logical id, if it is still there."""
    return {**row, "function": console.logical_ids.get(row["function"], row["function"])}


async def _stream(console: Console) -> AsyncIterator[str]:
    """Send all rows, then those that are new or have changed, as server-sent events."""
    known: dict[int, str] | None = None
    quiet = 0
    while not console.recorder.closed:
        records = console.recorder.records()
        rows = [
            _named(console, as_row(record))
            for record in records
            if known is None or known.get(record.number) != record.state
        ]
        if rows or known is None:
            yield f"event: {'all' if known is None else 'some'}\ndata: {json.dumps(rows)}\n\n"
            quiet = 0
        known = {record.number: record.state for record in records}
        quiet += 1
        if quiet > _QUIET_LOOKS:
            yield ": still here\n\n"
            quiet = 0
        await asyncio.sleep(_LOOK_SECONDS)
