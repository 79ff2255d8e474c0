"""While the backend is away, SDKs get an error that they know and try again."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from visitplannr.backend.embedded.unavailable import unavailable

CALLS: dict[str, Callable[[Any], object]] = {
    "dynamodb": lambda client: client.put_item(TableName="table", Item={"id": {"S": "1"}}),
    "sqs": lambda client: client.list_queues(),
    "sns": lambda client: client.list_topics(),
    "cloudformation": lambda client: client.list_stacks(),
    "lambda": lambda client: client.invoke(FunctionName="f", Payload=b"{}"),
    "s3": lambda client: client.put_object(Bucket="bucket", Key="key", Body=b"x" * 100_000),
}


def client(service: str, port: int) -> Any:
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.mark.parametrize("service", CALLS)
async def test_each_protocol_has_its_error(service: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with unavailable(listener):
            asked = client(service, listener.getsockname()[1])
            with pytest.raises(ClientError) as raised:
                await asyncio.to_thread(CALLS[service], asked)
    error = raised.value.response
    assert error["Error"]["Code"] in {"ServiceUnavailable", "ServiceUnavailableException"}
    assert "started again" in error["Error"]["Message"]
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 503


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"Expect: 100-continue\r\nContent-Length: 3\r\n", id="waits to be asked"),
        pytest.param(b"Content-Length: 9999999999\r\n", id="a body without end"),
        pytest.param(b"Transfer-Encoding: chunked\r\n", id="chunks"),
    ],
)
async def test_nobody_waits_for_a_body(head: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with unavailable(listener):
            port = listener.getsockname()[1]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n")
            assert (await asyncio.wait_for(reader.read(), 8)).startswith(b"HTTP/1.1 503 ")
            writer.close()


async def test_whoever_sends_nonsense_is_let_go() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with unavailable(listener):
            port = listener.getsockname()[1]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"x" * 200_000)
            with contextlib.suppress(ConnectionResetError):
                assert await asyncio.wait_for(reader.read(), 10) == b""
            writer.close()
