"""Functions that run where they are deployed, by a client of Lambda."""

import asyncio
import base64
import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from visitplannr.backend.endpoint import Backend
from visitplannr.model.invocation import (
    Begun,
    FunctionNotFoundError,
    InvocationError,
    PayloadTooLargeError,
    ThrottledError,
)
from visitplannr.runtime.remote import DeployedFunctions


class Lambda:
    """Answers Invoke as boto3's client does, once it may."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._error = error

    def invoke(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if not self.may_answer.wait(10):
            raise AssertionError("the loop does not go on meanwhile")
        if self._error:
            raise self._error
        return {
            "ResponseMetadata": {"RequestId": "rid"},
            "Payload": io.BytesIO(b'"done"'),
            "LogResult": base64.b64encode(b"START\nREPORT\n").decode(),
        }


async def test_a_result_is_what_lambda_answers() -> None:
    client: Any = Lambda()
    begun: list[Begun] = []
    functions = DeployedFunctions(client, asyncio.to_thread, begun.append)
    result = await functions.invoke("f", b"{}", client_context="{}")
    assert (result.request_id, result.payload, result.function_error) == ("rid", b'"done"', None)
    assert result.logged
    assert await result.logged == ("START", "REPORT")
    assert client.asked == [
        {
            "FunctionName": "f",
            "Payload": b"{}",
            "InvocationType": "RequestResponse",
            "ClientContext": "{}",
            "LogType": "Tail",
        }
    ]
    assert [(one.function, one.result.result()) for one in begun] == [("f", result)]


@pytest.mark.parametrize("way", ["invoke", "submit"])
async def test_the_loop_goes_on_while_lambda_is_asked(way: str) -> None:
    client: Any = Lambda()
    client.may_answer.clear()
    functions = DeployedFunctions(client, asyncio.to_thread)
    call: Any = getattr(functions, way)
    asking = asyncio.ensure_future(call("f", b"{}"))
    asyncio.get_running_loop().call_later(0.05, client.may_answer.set)
    answer = await asking
    assert answer == "rid" or answer.payload == b'"done"'
    assert client.may_answer.is_set()


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "m"}}, "Invoke")


ERRORS: list[Any] = [
    pytest.param(refused("ResourceNotFoundException"), FunctionNotFoundError, id="no function"),
    pytest.param(refused("RequestTooLargeException"), PayloadTooLargeError, id="too large"),
    pytest.param(refused("RequestEntityTooLargeException"), PayloadTooLargeError, id="its name"),
    pytest.param(refused("TooManyRequestsException"), ThrottledError, id="throttled"),
    pytest.param(refused("Other"), InvocationError, id="other"),
    pytest.param(EndpointConnectionError(endpoint_url="x"), InvocationError, id="nobody there"),
]


@pytest.mark.parametrize(("raised", "error"), ERRORS)
async def test_errors(raised: Exception, error: type[Exception]) -> None:
    begun: list[Begun] = []
    client: Any = Lambda(raised)
    functions = DeployedFunctions(client, asyncio.to_thread, begun.append)
    with pytest.raises(error):
        await functions.invoke("f", b"{}")
    with pytest.raises(error):
        await functions.submit("f", b"{}")
    assert begun[0].result.cancelled()


@contextmanager
def hanging_up() -> Iterator[tuple[str, list[bytes]]]:
    """Serve an endpoint that takes a request and then hangs up without a word."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                connection, _ = listener.accept()
                with connection:
                    if request := connection.recv(65536):
                        asked.append(request)
                    else:
                        return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        socket.create_connection(listener.getsockname()).close()
        thread.join()


def test_an_invocation_is_sent_once_whatever_comes_of_it() -> None:
    with hanging_up() as (url, asked):
        functions = DeployedFunctions(Backend(url).invoking_client(), asyncio.to_thread)
        with pytest.raises(InvocationError, match="f cannot be invoked"):
            asyncio.run(functions.invoke("f", b"{}"))
    assert len(asked) == 1


def test_a_function_may_run_for_900_seconds() -> None:
    client: Any = Backend("http://127.0.0.1:1").invoking_client()
    assert client.meta.config.read_timeout > 900
