"""A custom resource's function answers CloudFormation, which is reached without TLS here (L90)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from runtime.conftest import HANDLERS, Run
from runtime.test_runtimes import NODE, needs_node


@asynccontextmanager
async def cloudformation() -> AsyncIterator[tuple[str, list[bytes]]]:
    """Give where an answer is awaited, and what came there."""
    received: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.readuntil(b"made"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://localhost:{port}/answers/1", received


WAYS: list[Any] = [
    pytest.param({"handler": "custom.by_host", "code": HANDLERS}, id="Python, host and port"),
    pytest.param({"handler": "custom.by_name", "code": HANDLERS}, id="Python, host alone"),
    pytest.param(
        {"handler": "index.custom", "code": NODE, "runtime": "nodejs22.x"},
        id="Node.js, host alone",
        marks=needs_node,
    ),
]


@pytest.mark.parametrize("way", WAYS)
async def test_l90_an_answer_by_tls_arrives(run: Run, way: dict[str, Any]) -> None:
    async with cloudformation() as (url, received), run(**way) as running:
        answered, error = await running.invoke(json.dumps({"ResponseURL": url}).encode())
    assert (answered, error) == (b"200", None)
    assert received[0].startswith(b"PUT /answers/1 HTTP/1.1\r\n")
