"""Pipes: what becomes of a source's events on their way (EventBridge guide, "Pipes")."""

import base64
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.backend.server.mappings.mapping import read_mapping
from visitplannr.backend.server.mappings.outcome import Outcome
from visitplannr.backend.server.pipes.flow import Flow
from visitplannr.backend.server.pipes.pipe import Pipe, as_mapping, read_pipe, starts_at
from visitplannr.backend.server.pipes.targets import NotSentError
from visitplannr.backend.server.pipes.templates import transformed

HERE = "us-east-1:000000000000"
QUEUE = f"arn:aws:sqs:{HERE}:in"
FUNCTION = f"arn:aws:lambda:{HERE}:function:f"
ENRICHING = f"arn:aws:lambda:{HERE}:function:enriching"
MACHINE = f"arn:aws:states:{HERE}:stateMachine:m"
KEPT = {"Name": "p", "Arn": f"arn:aws:pipes:{HERE}:pipe/p", "Source": QUEUE, "Target": FUNCTION,
        "CurrentState": "RUNNING"}  # fmt: skip

BODY = {"a": {"b": [1, "x"]}, "text": 'say "hi"'}
EVENT: dict[str, Any] = {
    "body": json.dumps(BODY),
    "plain": "text",
    "data": base64.b64encode(b'{"k": 7}').decode(),
    "list": [{"n": 1}],
}
TEMPLATES: list[Any] = [
    pytest.param('{"n": <$.body.a.b[0]>}', {"n": 1}, id="into a body that is JSON"),
    pytest.param('{"k": <$.data.k>}', {"k": 7}, id="into data in base64"),
    pytest.param('{"s": "<$.plain>"}', {"s": "text"}, id="a text in quotes"),
    pytest.param('{"s": <$.plain>}', {"s": "text"}, id="a text without quotes"),
    pytest.param('{"s": "<$.plain>-<$.list[0].n>"}', {"s": "text-1"}, id="several in quotes"),
    pytest.param('{"s": "<$.body.text>"}', {"s": 'say "hi"'}, id="quotes in a text"),
    pytest.param('{"b": <$.body>}', {"b": BODY}, id="a whole body"),
    pytest.param("""{"b": <$.list[0]['n']>}""", {"b": 1}, id="a member in brackets"),
    pytest.param('{"m": <$.none.at.all>, "t": "<$.none>"}', {"m": None, "t": ""}, id="missing"),
    pytest.param('{"p": "<aws.pipes.pipe-name>"}', {"p": "p"}, id="the name of the pipe"),
    pytest.param('{"e": <aws.pipes.event.json>}', {"e": EVENT}, id="the whole event"),
    pytest.param("<$.plain> came", "text came", id="no JSON"),
    pytest.param('{"static": [1, true]}', {"static": [1, True]}, id="nothing of the event"),
]


@pytest.mark.parametrize(("template", "made"), TEMPLATES)
def test_a_template_makes_something_of_an_event(template: str, made: Any) -> None:
    assert transformed(template, EVENT, {"pipe-name": "p"}) == made


@given(st.text(alphabet='<>$.{}[]"\\a1: ,'), st.dictionaries(st.text("a1"), st.text()))
def test_any_template_makes_something(template: str, event: dict[str, str]) -> None:
    transformed(template, event, {})


class Backend:
    """Notes what it is asked, and answers what a test says."""

    def __init__(
        self,
        *answers: Outcome,
        refuses: str = "",
        told: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.invoked: list[tuple[str, Any, str]] = []
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self._answers = list(answers)
        self._refuses = refuses
        self._told = told

    def flow(self) -> Flow:
        return Flow(self._invoked("now"), self._invoked("later"), self.ask)

    def ask(self, _service: str, target: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        operation = target.rpartition(".")[2]
        if operation == self._refuses:
            raise NotSentError(f"{operation}: no")
        self.asked.append((operation, body))
        answer: Mapping[str, Any] = self._told.get(operation, {})
        return answer

    def _invoked(self, when: str) -> Any:
        def invoke(arn: str, event: Any) -> Outcome:
            self.invoked.append((arn, event, when))
            return self._answers.pop(0) if self._answers else Outcome()

        return invoke


def pipe(target: str = FUNCTION, **more: Any) -> Pipe:
    return read_pipe({**KEPT, "Target": target, **more})


def to(service: str) -> str:
    return f"arn:aws:{service}:{HERE}:out"


TARGETS: list[Any] = [
    pytest.param(to("sqs"), {"SqsQueueParameters": {"MessageGroupId": "$.n"}},
                 ("SendMessage", {"QueueUrl": "out", "MessageBody": '{"n": "1"}',
                                  "MessageGroupId": "1"}), id="a queue"),
    pytest.param(to("sns"), {}, ("Publish", {"TopicArn": to("sns"), "Message": '{"n": "1"}'}),
                 id="a topic"),
    pytest.param(to("events"), {"EventBridgeEventBusParameters": {"DetailType": "made"}},
                 ("PutEvents", {"Entries": [{
                     "EventBusName": to("events"), "Source": "Pipe p", "DetailType": "made",
                     "Detail": '{"n": "1"}', "Resources": []}]}), id="a bus"),
    pytest.param(to("kinesis"), {"KinesisStreamParameters": {"PartitionKey": "$.n"}},
                 ("PutRecord", {"StreamARN": to("kinesis"), "PartitionKey": "1",
                                "Data": base64.b64encode(b'{"n": "1"}').decode()}), id="a stream"),
    pytest.param(MACHINE, {"StepFunctionStateMachineParameters": {
                     "InvocationType": "FIRE_AND_FORGET"}},
                 ("StartExecution", {"stateMachineArn": MACHINE, "input": '[{"n": "1"}]'}),
                 id="a state machine"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "parameters", "asked"), TARGETS)
def test_a_target_gets_the_events(
    target: str, parameters: dict[str, Any], asked: tuple[str, Any]
) -> None:
    backend = Backend()
    found = backend.flow().run(pipe(target, TargetParameters=parameters), [{"n": "1"}])
    assert (found, backend.asked) == (Outcome(), [asked])


def test_a_function_gets_a_batch_and_says_what_failed() -> None:
    failures = {"batchItemFailures": [{"itemIdentifier": "1"}]}
    backend = Backend(Outcome(failures), Outcome("ignored"))
    assert backend.flow().run(pipe(), [{"n": 1}, {"n": 2}]) == Outcome(failures)
    assert backend.flow().run(pipe(), [{"n": 3}]) == Outcome()
    assert backend.invoked[0] == (FUNCTION, [{"n": 1}, {"n": 2}], "now")
    later = {"LambdaFunctionParameters": {"InvocationType": "FIRE_AND_FORGET"}}
    assert backend.flow().run(pipe(TargetParameters=later), [{"n": 4}]) == Outcome()
    assert backend.invoked[-1] == (FUNCTION, [{"n": 4}], "later")


def test_an_express_machine_is_waited_for() -> None:
    told = {"DescribeStateMachine": {"type": "EXPRESS"}}
    done = {"StartSyncExecution": {"status": "SUCCEEDED", "output": "1"}}
    assert Backend(told={**told, **done}).flow().run(pipe(MACHINE), [{}]) == Outcome()
    failed = {"StartSyncExecution": {"status": "FAILED", "error": "E", "cause": "c"}}
    assert Backend(told={**told, **failed}).flow().run(pipe(MACHINE), [{}]).error == "E: c"


def test_an_enrichment_comes_first_and_may_leave_nothing() -> None:
    made = pipe(
        Enrichment=ENRICHING,
        EnrichmentParameters={"InputTemplate": '{"id": <$.n>}'},
        TargetParameters={"InputTemplate": '{"of": <$.id>}'},
    )
    backend = Backend(Outcome([{"id": 1}]), Outcome(), Outcome([]))
    assert backend.flow().run(made, [{"n": 1}]) == Outcome()
    assert [event for _, event, _ in backend.invoked] == [[{"id": 1}], [{"of": 1}]]
    assert backend.flow().run(made, [{"n": 2}]) == Outcome()
    assert len(backend.invoked) == 3


def test_what_fails_is_an_error() -> None:
    made = pipe(Enrichment=ENRICHING)
    assert Backend(Outcome(error="E: m")).flow().run(made, [{}]).error == "E: m"
    throttled = Outcome(error="busy", throttled=True)
    assert Backend(throttled).flow().run(made, [{}]).throttled
    refused = Backend(refuses="SendMessage").flow().run(pipe(to("sqs")), [{}])
    assert refused.error == "SendMessage: no"
    elsewhere = f"arn:aws:batch:{HERE}:job-queue/q"
    assert "is not served locally" in str(Backend().flow().run(pipe(elsewhere), [{}]).error)
    full = {"PutEvents": {"FailedEntryCount": 1, "Entries": [{"ErrorMessage": "full"}]}}
    assert "full" in str(Backend(told=full).flow().run(pipe(to("events")), [{}]).error)


def test_records_of_kinesis_are_flat() -> None:
    backend = Backend()
    record = {"kinesis": {"partitionKey": "p", "data": "eA=="}, "eventSource": "aws:kinesis"}
    backend.flow().run(pipe(), [record])
    assert backend.invoked[0][1] == [
        {"partitionKey": "p", "data": "eA==", "eventSource": "aws:kinesis"}
    ]


def test_a_source_is_read_as_a_mapping_reads_it() -> None:
    source = f"arn:aws:kinesis:{HERE}:stream/s"
    settings = {"BatchSize": 7, "StartingPosition": "TRIM_HORIZON", "MaximumRetryAttempts": 2,
                "DeadLetterConfig": {"Arn": QUEUE},
                "OnPartialBatchItemFailure": "AUTOMATIC_BISECT"}  # fmt: skip
    filters = {"Filters": [{"Pattern": '{"data": {"k": [1]}}'}]}
    parameters = {"KinesisStreamParameters": settings, "FilterCriteria": filters}
    found = {**KEPT, "Source": source, "SourceParameters": parameters}
    mapping = read_mapping(as_mapping(found))
    assert mapping is not None
    assert (mapping.source, mapping.batch_size, mapping.retries) == ("kinesis", 7, 2)
    assert (mapping.on_failure, mapping.bisects) == (QUEUE, True)
    assert mapping.patterns == [{"data": {"k": [1]}}]
    assert starts_at(found) == "TRIM_HORIZON"
    assert read_mapping(as_mapping({**KEPT, "CurrentState": "STOPPED"})) is None
