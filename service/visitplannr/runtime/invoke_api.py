"""The Lambda Invoke API, for boto3 and the AWS CLI (lambda-runtime.md L21 to L23)."""

import asyncio
import base64
import binascii
import json
import uuid
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from visitplannr.model.application import Application
from visitplannr.model.invocation import (
    TRIGGER_HEADER,
    FunctionNotFoundError,
    InvocationError,
    InvocationResult,
    Invoker,
    InvokeStreaming,
    PayloadTooLargeError,
    ThrottledError,
)
from visitplannr.model.lambda_error import LambdaError
from visitplannr.model.response_buffer import ResponseBuffer
from visitplannr.runtime.event_stream import MEDIA_TYPE, messages

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

_TAIL_BYTES = 4096
_ASYNC_LIMIT = 1_048_576
_LOG_SECONDS = 5.0
_LATEST = "$LATEST"
_Answer = Callable[[str, bytes, Request], Awaitable[Response]]
_QUALIFIED = {"AWS::Lambda::Alias", "AWS::Lambda::Version"}


def invoke_app(application: Application, invoker: Invoker, streaming: InvokeStreaming) -> "FastAPI":
    """Serve the Invoke API and nothing else."""
    from fastapi import FastAPI  # noqa: PLC0415 - takes long

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(InvokeApi(application, invoker, streaming).router())
    return app


class InvokeApi:
    """Invokes the functions of one application by name, ARN or logical id.

    Without `streaming`, nobody can tell what a function has written before it ends.
    """

    def __init__(
        self, application: Application, invoker: Invoker, streaming: InvokeStreaming | None = None
    ) -> None:
        self._invoker = invoker
        self._streaming = streaming
        self._names = application.function_names()
        self._aliases = {
            resource.physical_id.partition(":function:")[2]
            for resource in application.resources
            if resource.type in _QUALIFIED
        }

    def router(self) -> "APIRouter":
        """Serve it."""
        from fastapi import APIRouter  # noqa: PLC0415 - takes long

        router = APIRouter()

        @router.post("/2015-03-31/functions/{name}/invocations")
        async def invoke_function(name: str, request: Request) -> Response:
            return await self._answered(name, request, self._answer)

        @router.post("/2021-11-15/functions/{name}/response-streaming-invocations")
        async def invoke_with_stream(name: str, request: Request) -> Response:
            return await self._answered(name, request, self._answer_in_stream)

        @router.post("/2014-11-13/functions/{name}/invoke-async/")
        async def invoke_later(name: str, request: Request) -> Response:
            return await self._answered(name, request, self._answer_later)

        return router

    async def _answered(self, name: str, request: Request, answer: _Answer) -> Response:
        """Give an answer, or AWS's error."""
        try:
            function = self._resolve(name, request.query_params.get("Qualifier"))
            payload = await request.body() or b"{}"
            json.loads(payload)
            return await answer(function, payload, request)
        except (ValueError, RecursionError) as error:
            return _error(400, "InvalidRequestContentException", f"no JSON: {error}")
        except FunctionNotFoundError as error:
            return _error(404, "ResourceNotFoundException", str(error))
        except PayloadTooLargeError as error:
            return _error(413, "RequestTooLargeException", str(error))
        except ThrottledError as error:
            return _error(
                429,
                "TooManyRequestsException",
                "Rate Exceeded.",
                key="message",
                Reason=error.reason,
            )
        except InvocationError as error:
            return _error(503, "ServiceException", str(error))

    def _resolve(self, name: str, qualifier: str | None) -> str:
        """Find a function by its name, which may end in a version or alias, as AWS takes it.

        Gives its physical name, with the version or alias if one was asked for.
        """
        function = self._names.get(name)
        if function is None:
            plain, _, suffix = name.rpartition(":")
            function, qualifier = self._names.get(plain), qualifier or suffix
        if function is None:
            known = ", ".join(sorted(name for name in self._names if ":" not in name))
            raise FunctionNotFoundError(f"Function not found: {name}; there are: {known}")
        if qualifier not in {None, "", _LATEST} and f"{function}:{qualifier}" not in self._aliases:
            raise FunctionNotFoundError(f"Function not found: {function}:{qualifier}")
        return f"{function}:{qualifier}" if qualifier else function

    async def _answer(self, function: str, payload: bytes, request: Request) -> Response:
        match request.headers.get("x-amz-invocation-type", "RequestResponse"):
            case "DryRun":
                return Response(status_code=HTTPStatus.NO_CONTENT)
            case "Event":
                request_id = await self._submit(function, payload, request)
                return Response(status_code=202, headers={"x-amzn-RequestId": request_id})
            case "RequestResponse":
                result, tail = await self._invoke(function, payload, request)
                return _result(result, tail, _version(function))
            case other:
                return _error(
                    400, "InvalidParameterValueException", f"{other} is no invocation type"
                )

    async def _answer_in_stream(self, function: str, payload: bytes, request: Request) -> Response:
        if request.headers.get("x-amz-invocation-type") == "DryRun":
            return Response(status_code=HTTPStatus.NO_CONTENT)
        request_id, written = str(uuid.uuid4()), ResponseBuffer()
        trace_id = request.headers.get("x-amzn-trace-id")
        if self._streaming:
            running = self._streaming(
                function,
                payload,
                written,
                trace_id=trace_id,
                request_id=request_id,
                trigger="invoke",
            )
        else:
            running = self._invoker.invoke(
                function, payload, trace_id=trace_id, request_id=request_id
            )
        wants_tail = request.headers.get("x-amz-log-type") == "Tail"
        read_tail = _log_tail if wants_tail else _no_tail
        answer = messages(written, asyncio.ensure_future(running), read_tail)
        headers = {"X-Amz-Executed-Version": _version(function), "x-amzn-RequestId": request_id}
        return StreamingResponse(answer, headers=headers, media_type=MEDIA_TYPE)

    async def _answer_later(self, function: str, payload: bytes, request: Request) -> Response:
        headers = {"x-amzn-RequestId": await self._submit(function, payload, request)}
        return Response('{"Status":202}', 202, headers, "application/json")

    async def _submit(self, function: str, payload: bytes, request: Request) -> str:
        if len(payload) > _ASYNC_LIMIT:
            raise PayloadTooLargeError(f"the event has {len(payload)} bytes, over {_ASYNC_LIMIT}")
        return await self._invoker.submit(
            function,
            payload,
            _client_context(request.headers.get("x-amz-client-context")),
            trace_id=request.headers.get("x-amzn-trace-id"),
            trigger=request.headers.get(TRIGGER_HEADER, "invoke"),
        )

    async def _invoke(
        self, function: str, payload: bytes, request: Request
    ) -> tuple[InvocationResult, str | None]:
        """Invoke a function; give the end of its log, too, if that is wanted."""
        result = await self._invoker.invoke(
            function,
            payload,
            client_context=_client_context(request.headers.get("x-amz-client-context")),
            trace_id=request.headers.get("x-amzn-trace-id"),
            trigger=request.headers.get(TRIGGER_HEADER, "invoke"),
        )
        wants_tail = request.headers.get("x-amz-log-type") == "Tail"
        return result, await _log_tail(result) if wants_tail else None


async def _log_tail(result: InvocationResult) -> str | None:
    """Give the last 4 KB of the invocation's log, which ends with REPORT, as base64 (L21)."""
    if result.logged is None:
        return None
    lines = await asyncio.wait_for(asyncio.shield(result.logged), _LOG_SECONDS)
    text = "".join(f"{line}\n" for line in lines)
    return base64.b64encode(text.encode()[-_TAIL_BYTES:]).decode()


async def _no_tail(_result: InvocationResult) -> None:
    """Give none."""


def _version(function: str) -> str:
    """Say which version has run: what is saved now, unless a version was asked for by number."""
    qualifier = function.rpartition(":")[2]
    return qualifier if qualifier.isdigit() else _LATEST


def _result(result: InvocationResult, tail: str | None, version: str) -> Response:
    headers = {"X-Amz-Executed-Version": version, "x-amzn-RequestId": result.request_id}
    if result.function_error:
        headers["X-Amz-Function-Error"] = result.function_error
    if tail is not None:
        headers["X-Amz-Log-Result"] = tail
    return Response(result.payload, headers=headers, media_type="application/json")


def _client_context(header: str | None) -> str | None:
    try:
        return base64.b64decode(header, validate=True).decode() if header else None
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(f"the client context is not base64 of UTF-8 ({error})") from error


def _error(
    status: int, error_type: str, message: str, *, key: str = "Message", **more: str
) -> Response:
    error = LambdaError(status, error_type, message, more, key)
    return Response(error.body, status, error.headers)
