"""The Lambda Invoke API, for boto3 and the AWS CLI (lambda-runtime.md L21 to L23)."""

import json
import uuid
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from service.template.invocation import (
    FunctionNotFoundError,
    InvocationError,
    Invoke,
    PayloadTooLargeError,
    ThrottledError,
)


def invoke_router(invoke: Invoke) -> APIRouter:
    """Serve synchronous invocations of any function of the stack."""
    router = APIRouter()

    @router.post("/2015-03-31/functions/{name}/invocations")
    async def invoke_function(name: str, request: Request) -> Response:
        payload = await request.body() or b"{}"
        try:
            json.loads(payload)
            result = await invoke(name, payload)
        except ValueError as error:
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
        headers = {"X-Amz-Executed-Version": "$LATEST", "x-amzn-RequestId": result.request_id}
        if result.function_error:
            headers["X-Amz-Function-Error"] = result.function_error
        return Response(result.payload, headers=headers, media_type="application/json")

    return router


def _error(
    status: int, error_type: str, message: str, *, key: str = "Message", **more: str
) -> Response:
    blame = "User" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "Service"
    return Response(
        json.dumps({"Type": blame, key: message, **more}, separators=(",", ":")),
        status,
        {"x-amzn-ErrorType": error_type, "x-amzn-RequestId": str(uuid.uuid4())},
        "application/json",
    )
