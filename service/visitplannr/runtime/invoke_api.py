"""The Lambda Invoke API, for boto3 and the AWS CLI (lambda-runtime.md L21 to L23).

It answers at our port and, through a relay, at the backend's endpoint: with the same code.
"""

import asyncio
import base64
import uuid
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from visitplannr.model.application import Application
from visitplannr.model.invocation import (
    FunctionNotFoundError,
    InvocationError,
    InvocationResult,
    Invoker,
    InvokeStreaming,
    PayloadTooLargeError,
    ThrottledError,
)
from visitplannr.model.lambda_error import LambdaError, LambdaRefusedError
from visitplannr.model.response_buffer import ResponseBuffer
from visitplannr.runtime.event_stream import MEDIA_TYPE, messages
from visitplannr.runtime.function_reference import Functions
from visitplannr.runtime.invoke_headers import InvokeHeaders, read_headers
from visitplannr.runtime.invoke_payload import check_json, check_size

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

_TAIL_BYTES = 4096
_LOG_SECONDS = 5.0
_RETRY_AFTER = {"Retry-After": "1"}
_Answer = Callable[[str, bytes, InvokeHeaders], Awaitable[Response]]


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
        self._functions = Functions(application)

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

        @router.post("/2014-11-13/functions/{name}/invoke-async")
        @router.post("/2014-11-13/functions/{name}/invoke-async/")
        async def invoke_later(name: str, request: Request) -> Response:
            return await self._answered(name, request, self._answer_later)

        return router

    async def _answered(self, name: str, request: Request, answer: _Answer) -> Response:
        """Give an answer, or AWS's error."""
        try:
            qualifier = request.query_params.get("Qualifier")
            headers = read_headers(name, qualifier, request.headers)
            function = self._functions.resolve(name, qualifier)
            payload = await request.body() or b"{}"
            check_size(payload, asynchronous=headers.invocation_type == "Event")
            check_json(payload)
            return await answer(function, payload, headers)
        except LambdaRefusedError as error:
            return _response(error.answer)
        except FunctionNotFoundError as error:
            return _error(404, "ResourceNotFoundException", str(error))
        except PayloadTooLargeError as error:
            return _error(413, "RequestTooLargeException", str(error))
        except ThrottledError as error:
            return _throttled(error)
        except InvocationError as error:
            return _error(503, "ServiceException", str(error))

    async def _answer(self, function: str, payload: bytes, headers: InvokeHeaders) -> Response:
        match headers.invocation_type:
            case "DryRun":
                return Response(status_code=HTTPStatus.NO_CONTENT)
            case "Event":
                request_id = await self._submit(function, payload, headers)
                return Response(status_code=202, headers={"x-amzn-RequestId": request_id})
            case _:
                result, tail = await self._invoke(function, payload, headers)
                return _result(result, tail, self._functions.version_of(function))

    async def _answer_in_stream(
        self, function: str, payload: bytes, headers: InvokeHeaders
    ) -> Response:
        if headers.invocation_type == "DryRun":
            return Response(status_code=HTTPStatus.NO_CONTENT)
        request_id, written = str(uuid.uuid4()), ResponseBuffer()
        if self._streaming:
            running = self._streaming(
                function,
                payload,
                written,
                trace_id=headers.trace_id,
                request_id=request_id,
                trigger="invoke",
            )
        else:
            running = self._invoker.invoke(
                function, payload, trace_id=headers.trace_id, request_id=request_id
            )
        read_tail = _log_tail if headers.wants_tail else _no_tail
        answer = messages(written, asyncio.ensure_future(running), read_tail)
        version = self._functions.version_of(function)
        said = {"X-Amz-Executed-Version": version, "x-amzn-RequestId": request_id}
        return StreamingResponse(answer, headers=said, media_type=MEDIA_TYPE)

    async def _answer_later(
        self, function: str, payload: bytes, headers: InvokeHeaders
    ) -> Response:
        check_size(payload, asynchronous=True)
        said = {"x-amzn-RequestId": await self._submit(function, payload, headers)}
        return Response('{"Status":202}', 202, said, "application/json")

    async def _submit(self, function: str, payload: bytes, headers: InvokeHeaders) -> str:
        return await self._invoker.submit(
            function,
            payload,
            headers.client_context,
            trace_id=headers.trace_id,
            trigger=headers.trigger,
        )

    async def _invoke(
        self, function: str, payload: bytes, headers: InvokeHeaders
    ) -> tuple[InvocationResult, str | None]:
        """Invoke a function; give the end of its log, too, if that is wanted."""
        result = await self._invoker.invoke(
            function,
            payload,
            client_context=headers.client_context,
            trace_id=headers.trace_id,
            trigger=headers.trigger,
        )
        return result, await _log_tail(result) if headers.wants_tail else None


async def _log_tail(result: InvocationResult) -> str | None:
    """Give the last 4 KB of the invocation's log, which ends with REPORT, as base64 (L21)."""
    if result.logged is None:
        return None
    lines = await asyncio.wait_for(asyncio.shield(result.logged), _LOG_SECONDS)
    text = "".join(f"{line}\n" for line in lines)
    return base64.b64encode(text.encode()[-_TAIL_BYTES:]).decode()


async def _no_tail(_result: InvocationResult) -> None:
    """Give none."""


def _result(result: InvocationResult, tail: str | None, version: str) -> Response:
    headers = {"X-Amz-Executed-Version": version, "x-amzn-RequestId": result.request_id}
    if result.function_error:
        headers["X-Amz-Function-Error"] = result.function_error
    if tail is not None:
        headers["X-Amz-Log-Result"] = tail
    return Response(result.payload, headers=headers, media_type="application/json")


def _throttled(error: ThrottledError) -> Response:
    """Answer that there is no room (L19)."""
    reason = {"Reason": error.reason}
    answer = LambdaError(429, "TooManyRequestsException", "Rate Exceeded.", reason)
    return _response(answer, _RETRY_AFTER)


def _error(status: int, error_type: str, message: str) -> Response:
    return _response(LambdaError(status, error_type, message))


def _response(error: LambdaError, more: Mapping[str, str] = MappingProxyType({})) -> Response:
    return Response(error.body, error.status, {**error.headers, **more})
