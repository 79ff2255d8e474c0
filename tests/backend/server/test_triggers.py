"""Sources are told by who asks in MiniStack; answers go back in the form of its executors."""

from typing import Any

import pytest
from visitplannr.backend.server.invoke_client import Answer
from visitplannr.backend.server.triggers import result_for_ministack, trace_of, trigger_of

LAMBDA = "ministack.services.lambda_svc"
SQS_EVENT = {"Records": [{"eventSource": "aws:sqs"}]}


@pytest.mark.parametrize(
    ("callers", "event", "trigger"),
    [
        ([(LAMBDA, "_run_sqs_batch")], SQS_EVENT, "sqs"),
        ([(LAMBDA, "_poll_kinesis")], {}, "kinesis"),
        ([(LAMBDA, "_poll_dynamodb_streams")], {}, "dynamodb"),
        ([(LAMBDA, "handle_function_url_request")], {}, "function-url"),
        ([(LAMBDA, "_run"), ("ministack.services.stepfunctions", "_call_lambda")], SQS_EVENT,
         "states"),
        ([("ministack.services.sns", "_deliver_to_lambda")], {}, "sns"),
        ([("ministack.services.eventbridge", "_invoke_target"),
          ("ministack.services.eventbridge", "_dispatch_event")], {}, "events"),
        ([("ministack.services.eventbridge", "_invoke_target"),
          ("visitplannr.backend.server.ministack.scheduler", "tick_rules")], {}, "schedule"),
        ([("ministack.services.eventbridge", "_invoke_target"),
          ("visitplannr.backend.server.ministack.scheduler", "tick_schedules")], {}, "schedule"),
        ([("ministack.services.cloudformation.custom_resource", "invoke_custom_resource")], {},
         "custom-resource"),
        ([("ministack.services.cognito", "anything")], {}, "cognito"),
        ([], SQS_EVENT, "sqs"),
        ([], {"Records": [{"EventSource": "aws:sns"}]}, "sns"),
        ([], {"awslogs": {"data": ""}}, "logs"),
        ([], {"Records": [{"eventSource": "mine"}]}, "invoke"),
        ([], [1], "invoke"),
        ([], None, "invoke"),
    ],
)  # fmt: skip
def test_the_source_of_an_invocation(
    callers: list[tuple[str, str]], event: Any, trigger: str
) -> None:
    assert trigger_of(iter(callers), event) == trigger


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (Answer(200, b'{"a": 1}'), {"body": {"a": 1}, "log": ""}),
        (Answer(200, b"null"), {"body": None, "log": ""}),
        (Answer(200, b'"text"'), {"body": "text", "log": ""}),
        (Answer(200, b"no JSON"), {"body": "no JSON", "log": ""}),
        (Answer(202, b""), {"body": None, "log": ""}),
        (Answer(200, b'{"errorType": "OutOfStock"}', "Unhandled"),
         {"body": {"errorType": "OutOfStock"}, "log": "", "error": True,
          "function_error": "Unhandled"}),
        (Answer(404, b'{"Message": "Function not found: f"}', None, "ResourceNotFoundException"),
         {"body": {"Message": "Function not found: f", "__type": "ResourceNotFoundException",
                   "errorType": "Lambda.ResourceNotFoundException",
                   "errorMessage": "Function not found: f"}, "log": "", "error": True}),
        (Answer(429, b'{"message": "Rate Exceeded.", "Reason": "R"}', None,
                "TooManyRequestsException"),
         {"body": {"message": "Rate Exceeded.", "Reason": "R",
                   "__type": "TooManyRequestsException",
                   "errorType": "Lambda.TooManyRequestsException",
                   "errorMessage": "Rate Exceeded."},
          "log": "", "error": True, "throttle": True}),
        (Answer(503, b'"gone"'),
         {"body": {"__type": "ServiceException", "errorType": "Lambda.ServiceException",
                   "errorMessage": "gone"}, "log": "", "error": True}),
    ],
)  # fmt: skip
def test_the_result_for_ministack(answer: Answer, result: dict[str, Any]) -> None:
    assert result_for_ministack(answer) == result


@pytest.mark.parametrize(
    ("records", "header"),
    [
        ([{"attributes": {"AWSTraceHeader": "Root=1"}}], "Root=1"),
        ([{"attributes": {}}, {"attributes": {"AWSTraceHeader": "Root=2"}}], "Root=2"),
        ([{"dynamodb": {}}], None),
        ([], None),
    ],
)
def test_a_batch_has_the_trace_of_its_first_message_that_has_one(
    records: list[Any], header: str | None
) -> None:
    assert trace_of({"Records": records}) == header
