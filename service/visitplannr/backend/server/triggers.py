"""Which source an invocation comes from, and how its answer goes back to the source.

MiniStack has no name for a source: it is told by the function of MiniStack that asks.
"""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from visitplannr.backend.server.invoke_client import Answer

ASYNCHRONOUS = frozenset({"sns", "s3", "events", "schedule", "logs", "iot"})
"""Sources that do not wait for the function (AWS Lambda guide, "Invoking Lambda from events")."""

_BY_FUNCTION = {
    "tick_rules": "schedule",
    "tick_schedules": "schedule",
    "_run_sqs_batch": "sqs",
    "_poll_kinesis": "kinesis",
    "_poll_dynamodb_streams": "dynamodb",
    "handle_function_url_request": "function-url",
}
_BY_MODULE = {
    "alb": "alb",
    "apigateway": "http-api",
    "apigateway_v1": "api",
    "appsync": "appsync",
    "appsync_events": "appsync",
    "cloudwatch_logs": "logs",
    "cognito": "cognito",
    "custom_resource": "custom-resource",
    "eventbridge": "events",
    "firehose": "firehose",
    "iot": "iot",
    "s3": "s3",
    "s3_object_lambda": "s3-object-lambda",
    "scheduler": "schedule",
    "sns": "sns",
    "stepfunctions": "states",
}
_BY_RECORD = {
    "aws:sqs": "sqs",
    "aws:sns": "sns",
    "aws:s3": "s3",
    "aws:kinesis": "kinesis",
    "aws:dynamodb": "dynamodb",
}


def trigger_of(callers: Iterable[tuple[str, str]], event: Any) -> str:
    """Name the source: `callers` are pairs of module and function, the nearest first.

    A function that was started in a thread of its own has no callers; its event tells then.
    """
    callers = list(callers)
    for _, function in callers:
        if function in _BY_FUNCTION:
            return _BY_FUNCTION[function]
    for module, _ in callers:
        if (name := module.rpartition(".")[2]) in _BY_MODULE:
            return _BY_MODULE[name]
    return _of_event(event)


def _of_event(event: Any) -> str:
    match event:
        case {"Records": [{"eventSource": str(source)} | {"EventSource": str(source)}, *_]}:
            return _BY_RECORD.get(source, "invoke")
        case {"awslogs": _}:
            return "logs"
        case {"triggerSource": _, "userPoolId": _}:
            return "cognito"
        case _:
            return "invoke"


def trace_of(event: Mapping[str, Any]) -> str | None:
    """Give the trace header of the first message in a batch that has one."""
    for record in event.get("Records", ()):
        if header := (record.get("attributes") or {}).get("AWSTraceHeader"):
            return str(header)
    return None


def result_for_ministack(answer: Answer) -> dict[str, Any]:
    """Give an answer as MiniStack's executors do, so that its sources retry, catch, and go on.

    What was not run is an error whose type is Step Functions' name of it (Lambda.<exception>).
    """
    body = _json(answer.body)
    if answer.status in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
        failed = {"error": True, "function_error": answer.function_error}
        return {"body": body, "log": "", **(failed if answer.function_error else {})}
    found = body if isinstance(body, Mapping) else {}
    message = str(found.get("Message") or found.get("message") or body)
    result = refused(answer.error_type or "ServiceException", message, found)
    throttled = answer.status == HTTPStatus.TOO_MANY_REQUESTS
    return {**result, "throttle": True} if throttled else result


def refused(error_type: str, message: str, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Give what MiniStack's executors give for an invocation that Lambda did not take."""
    body = {
        **(more or {}),
        "__type": error_type,
        "errorType": f"Lambda.{error_type}",
        "errorMessage": message,
    }
    return {"body": body, "log": "", "error": True}


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode("utf-8", errors="replace")
