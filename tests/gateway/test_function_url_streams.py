"""Function URLs that stream: what is passed on as it is written, and what ends early."""

import asyncio
from typing import Any

import pytest
from gateway.function_urls import HOST, ORIGIN, STREAM, Served, request
from model.test_response_buffer import HeldUp
from visitplannr.model.invocation import (
    ResponseStream,
)

TYPE = "application/vnd.awslambda.http-integration-response"


NULS = bytes(8)


STREAMS: list[Any] = [
    pytest.param("text/csv", [b"a", b"b"], 200, "text/csv", b"ab", id="body only"),
    pytest.param("", [b"a"], 200, "application/octet-stream", b"a", id="no type"),
    pytest.param(
        TYPE,
        [
            b'{"statusCode": 201, "headers": {"Content-Type": "a/b"}',
            b"}\0\0\0",
            b"\0\0\0\0\0x",
            b"y",
        ],
        201,
        "a/b",
        b"xy",
        id="head in pieces",
    ),
    pytest.param(TYPE, [b"{}" + NULS], 200, "application/octet-stream", b"", id="head only"),
    pytest.param(
        TYPE,
        [b'{"statusCode": 204}' + NULS, b"x"],
        204,
        "application/octet-stream",
        b"",
        id="no body",
    ),
    pytest.param(TYPE, [b"{}"], 502, "application/json", b"Internal Server Error", id="no end"),
    pytest.param(TYPE, [b"[]" + NULS], 502, "application/json", b"Internal Server Error", id="bad"),
    pytest.param("", [], 200, "application/json", b'{"function":"greeter"}', id="no stream"),
]


@pytest.mark.parametrize(("written", "chunks", "status", "content_type", "body"), STREAMS)
async def test_u51_streams(
    written: str, chunks: list[bytes], status: int, content_type: str, body: bytes
) -> None:
    served = Served(STREAM)

    def write(stream: ResponseStream) -> None:
        for chunk in chunks:
            stream.write(written, chunk, HeldUp())

    served.does = write
    answered, headers, content = await served.send(request("/", HOST, ORIGIN))
    assert (answered, headers["content-type"], content) == (status, content_type, body)
    assert headers["access-control-allow-origin"] == "https://a.example"


async def test_u50_a_stream_is_passed_on_as_it_is_written() -> None:
    served = Served(STREAM)
    served.go_on.clear()
    served.does = lambda stream: stream.write("text/csv", b"a", HeldUp())
    answered = asyncio.ensure_future(served.send(request("/", HOST)))
    for _ in range(20):
        await asyncio.sleep(0)
    assert [message.get("body") for message in served.sent] == [None, b"a"]
    assert not answered.done()
    served.go_on.set()
    await answered
    assert served.sent[-1] == {"type": "http.response.body", "body": b""}


async def test_u53_a_stream_that_fails_is_cut_off() -> None:
    served = Served(STREAM, error="Unhandled")
    served.does = lambda stream: stream.write("text/csv", b"a", HeldUp())
    assert (await served.send(request("/", HOST)))[2] == b"a"
    assert served.closed
    assert served.sent[-1]["more_body"]
    assert served.reports[0].endswith("within its answer [U53]")
