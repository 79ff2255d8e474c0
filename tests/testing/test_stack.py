"""What a test sees of a stack, wherever that is; without a stack."""

import base64
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from visitplannr.testing import Call, Invocation, NotOnAwsError, Stack, StackError
from visitplannr.testing.on_aws import OnAws
from visitplannr.testing.process import Start
from visitplannr.testing.records import error_in
from visitplannr.testing.reports import sections

RESOURCES = [
    ("AWS::Lambda::Function", "Order", "shop-Order-1"),
    ("AWS::ApiGateway::RestApi", "Api", "abcdefghij"),
    ("AWS::ApiGateway::Stage", "ApiProdStage", "Prod"),
]
TRACE = ['  File "/var/task/app.py", line 7, in handler\n    raise ValueError("no")\n']
FAILED = {"errorType": "ValueError", "errorMessage": "no", "stackTrace": TRACE}


class Session:
    """A boto3 session whose account has one stack."""

    region_name = "eu-west-1"

    def __init__(self, resources: list[tuple[str, str, str]]) -> None:
        self.resources = resources
        self.invoked: list[Mapping[str, Any]] = []

    def client(self, service: str, **_: Any) -> "Session":
        assert service in {"cloudformation", "lambda"}
        return self

    def get_paginator(self, _operation: str) -> "Session":
        return self

    def paginate(self, **_: Any) -> Iterator[Mapping[str, Any]]:
        yield {
            "StackResourceSummaries": [
                {"ResourceType": kind, "LogicalResourceId": name, "PhysicalResourceId": physical}
                for kind, name, physical in self.resources
            ]
        }

    def describe_stacks(self, **_: Any) -> Mapping[str, Any]:
        return {"Stacks": [{"Outputs": [{"OutputKey": "Name", "OutputValue": "value"}]}]}

    def invoke(self, **asked: Any) -> Mapping[str, Any]:
        self.invoked.append(asked)
        return {
            "Payload": io.BytesIO(json.dumps(FAILED).encode()),
            "FunctionError": "Unhandled",
            "LogResult": base64.b64encode(b"START\nEND\n").decode(),
            "ResponseMetadata": {"RequestId": "1"},
        }


def stack_on_aws(session: Session) -> Stack:
    @contextmanager
    def place() -> Iterator[OnAws]:
        made: Any = session
        yield OnAws("shop", made)

    return Stack(place=place)


def test_a_stack_on_aws_is_used_as_a_local_one() -> None:
    session = Session(RESOURCES)
    with stack_on_aws(session) as stack:
        assert stack.url == "https://abcdefghij.execute-api.eu-west-1.amazonaws.com/Prod"
        assert str(stack.http.base_url) == f"{stack.url}/"
        assert (stack.physical_id("Order"), stack.outputs) == ("shop-Order-1", {"Name": "value"})
        result = stack.invoke("Order", {"id": 1})
    assert (result.payload, result.log) == (FAILED, "START\nEND\n")
    assert result.error == "ValueError: no (app.py:7)"
    (asked,) = session.invoked
    assert (asked["FunctionName"], asked["Payload"]) == ("shop-Order-1", b'{"id": 1}')


@pytest.mark.parametrize(
    ("resources", "path"),
    [
        ([("AWS::ApiGatewayV2::Api", "A", "a"), ("AWS::ApiGatewayV2::Stage", "S", "$default")], ""),
        ([("AWS::ApiGatewayV2::Api", "A", "a"), ("AWS::ApiGatewayV2::Stage", "S", "v1")], "/v1"),
    ],
)
def test_an_http_api_on_aws(resources: list[tuple[str, str, str]], path: str) -> None:
    with stack_on_aws(Session(resources)) as stack:
        assert stack.url == f"https://a.execute-api.eu-west-1.amazonaws.com{path}"


def test_what_aws_cannot_do_is_said() -> None:
    with stack_on_aws(Session([])) as stack:
        for ask in (stack.reset, stack.invocations, stack.snapshot, stack.clock.now):
            with pytest.raises(NotOnAwsError, match="a stack on AWS cannot do this"):
                ask()
        with pytest.raises(StackError, match="the stack shop has no API"):
            _ = stack.url
        with pytest.raises(StackError, match="no resource Order; there are: none"):
            stack.physical_id("Order")


def test_waiting_gives_what_the_condition_gave_or_raises() -> None:
    answers: Iterator[Any] = iter([[], None, "found"])
    nothing: dict[str, str] = {}
    stack = Stack()
    assert stack.wait_for(lambda: next(answers), timeout=60) == "found"
    with pytest.raises(TimeoutError, match=r"not within 0 s; the last answer was \[\]"):
        stack.wait_for(list, timeout=0)
    with pytest.raises(KeyError):
        stack.wait_for(lambda: nothing["no"])


def test_up_gets_what_was_given(tmp_path: Path) -> None:
    start = Start(
        Path("t.yaml"), tmp_path, {"Name": 'a "b" c'}, {"STAGE": "test"}, ("--iam", "warn")
    )
    command = start.command(tmp_path)
    flags = command[command.index("up") + 1 :]
    assert flags == [
        *("--template", "t.yaml", "--state-dir", str(tmp_path), "--port", "0", "--no-reload"),
        *("--quiet", "--env-vars", str(tmp_path / "env-vars.json"), "--iam", "warn"),
        *("--parameter-overrides", r'Name="a \"b\" c"'),
    ]
    written = json.loads((tmp_path / "env-vars.json").read_text())
    assert written == {"Parameters": {"STAGE": "test"}}


def test_an_invocation_and_its_calls_are_read() -> None:
    call = {
        "service": "dynamodb",
        "operation": "PutItem",
        "resource": "arn:aws:dynamodb:us-east-1:0:table/orders",
        "offsetMs": 1.5,
        "durationMs": 2.5,
        "status": 400,
        "error": "AccessDeniedException: no",
        "decision": "denied",
    }
    one = invocation(7, error=True, calls=[call])
    assert (one.number, one.trigger, one.event) == (7, "sqs", {"a": 1})
    assert one.error == "ValueError: no (app.py:7)"
    (made,) = one.calls
    assert made == call
    assert (made.service, made.operation, made.status) == ("dynamodb", "PutItem", 400)
    assert (made.resource, made.error, made.decision) == (
        call["resource"],
        call["error"],
        "denied",
    )


@pytest.mark.parametrize(
    ("function_error", "answer", "error"),
    [
        (None, FAILED, None),
        ("Unhandled", FAILED, "ValueError: no (app.py:7)"),
        ("Unhandled", {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out"},
         "Sandbox.Timedout: Task timed out"),
        ("Unhandled", "text", '"text"'),
    ],
)  # fmt: skip
def test_an_error_is_one_line(function_error: str | None, answer: Any, error: str | None) -> None:
    assert error_in(function_error, answer) == error


class Recorded(OnAws):
    """A place that has records."""

    def __init__(self, *found: Invocation) -> None:
        super().__init__("shop", Session([]))  # type: ignore[arg-type] # one of this file
        self._found = list(found)

    def invocations(self, _function: str | None, _since: float = 0.0) -> list[Invocation]:
        return self._found


def test_what_runs_is_in_a_report_only() -> None:
    runs = replace(invocation(2), status="running", log="")
    place = Recorded(invocation(1), runs)
    with Stack(place=lambda: closing(place)) as stack:
        assert [one.number for one in stack.invocations()] == [1]
        (_, listed), _ = sections(stack.recorded(0.0))
    assert listed.splitlines() == ["#1  Pack  sqs  ok", "#2  Pack  sqs  running"]


def invocation(number: int, *, error: bool = False, calls: Any = None) -> Invocation:
    return Invocation.of(
        {
            "number": number,
            "function": "Pack",
            "requestId": str(number),
            "trigger": "sqs",
            "status": "error" if error else "ok",
            "time": 1.0,
            "event": {"a": 1},
            "result": FAILED if error else None,
            "functionError": "Unhandled" if error else None,
            "log": f"log {number}",
            "calls": calls,
        }
    )


def test_a_report_has_the_latest_invocations_and_the_logs_by_function() -> None:
    assert list(sections([])) == []
    call = Call(service="sqs", operation="SendMessage", resource="queue", status=200)
    made = [invocation(1, error=True, calls=[call]), invocation(2)]
    (_, listed), (title, log) = sections(made)
    assert listed.splitlines() == [
        "#1  Pack  sqs  error  ValueError: no (app.py:7)",
        "    sqs  SendMessage  queue  200",
        "#2  Pack  sqs  ok",
    ]
    assert (title, log) == ("log of Pack", "log 1\nlog 2\nValueError: no (app.py:7)")
    (_, listed), _ = sections([invocation(number) for number in range(30)])
    assert listed.splitlines()[0] == "... 10 more before these"
    assert len(listed.splitlines()) == 21
