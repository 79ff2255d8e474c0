"""`up` asks the backend for the calls of functions, each once; without a backend there are none."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from visitplannr.backend.embedded.calls import CallReader
from visitplannr.model.aws_call import CALLS_PATH, AwsCall

CALL = AwsCall(
    "sqs",
    "SendMessage",
    "q",
    1.0,
    0.1,
    400,
    "E: m",
    "denied",
    "Root=1",
    "KEY",
    ["sqs:SendMessage q"],
)


@asynccontextmanager
async def backend(*answers: bytes) -> AsyncIterator[tuple[int, list[str]]]:
    """Give answers one by one; note which places were asked for."""
    asked: list[str] = []
    left = list(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked.extend(re.findall(f"GET {CALLS_PATH}.after=(\\S*) HTTP", head))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + left.pop(0))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1") as server:
        yield server.sockets[0].getsockname()[1], asked


def told(place: str, *calls: AwsCall) -> bytes:
    return json.dumps({"place": place, "calls": [call.to_json() for call in calls]}).encode()


async def test_it_asks_for_what_is_new() -> None:
    other = replace(CALL, error=None, trace=None)
    answers = told("a:1", CALL), b"not ready", told("a:2", other)
    async with backend(*answers) as (port, asked):
        read = CallReader(port)
        assert [list(await read()) for _ in answers] == [[CALL], [], [other]]
    assert asked == ["", "a:1", "a:1"]


async def test_a_backend_that_is_not_there_tells_of_none() -> None:
    async with backend() as (port, _):
        read = CallReader(port)
    assert await read() == ()
