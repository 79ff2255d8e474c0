"""What a source does with a function's answer: retries, dead letters, errors caught by name."""

import base64
import io
import json
import time
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError
from triggers.conftest import Application

PATIENCE_SECONDS = 20.0
MADE = """
def handler(event, context):
    print("made", event)
    return {"doubled": event["number"] * 2}
"""


def test_what_a_filter_leaves_out_does_not_run_the_function(application: Application) -> None:
    """What comes after it in the same source runs alone, so it was dropped and not just late."""
    version = application.save("on_queue")
    url = application.id_of("Queue")
    for wanted in ("Other", "OnQueue"):
        body = json.dumps({"for": wanted, "marker": "filtered"})
        application.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    (record,) = application.ran("OnQueue", version)["Records"]
    assert json.loads(record["body"])["for"] == "OnQueue"


def test_what_was_reported_as_failed_is_tried_again_and_ends_as_a_dead_letter(
    application: Application,
) -> None:
    version = application.save("on_queue")
    sqs, url = application.client("sqs"), application.id_of("Queue")
    bodies = [{"for": "OnQueue", "marker": f"{version}-{n}", "fail": n == 1} for n in range(3)]
    sqs.send_message_batch(
        QueueUrl=url,
        Entries=[{"Id": str(n), "MessageBody": json.dumps(body)} for n, body in enumerate(bodies)],
    )
    dead = application.id_of("DeadLetters")
    for tries in (1, 2):
        application.has_run("OnQueue", f"{version}-1", tries)
        application.advance(4.0)
    found = application.wait_for(lambda: sqs.receive_message(QueueUrl=dead).get("Messages"))
    assert [json.loads(message["Body"]) for message in found] == [bodies[1]]
    application.has_run("OnQueue", f"{version}-1", 2)


def test_a_state_machine_catches_an_error_by_its_own_name(application: Application) -> None:
    states = application.client("stepfunctions")
    arn = states.start_execution(
        stateMachineArn=application.id_of("Machine"), input=json.dumps({"marker": "x"})
    )["executionArn"]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", "caught")


def receive(application: Application, queue: str) -> dict[str, Any]:
    """Wait for a message of a queue and take it."""
    sqs, url = application.client("sqs"), application.id_of(queue)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        asked = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, MessageAttributeNames=["All"])
        for message in asked.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return dict(message)
    raise TimeoutError(queue)


def invoke_later(application: Application, event: dict[str, Any]) -> str:
    answer = application.client("lambda").invoke(
        FunctionName=application.id_of("Asynchronous"),
        InvocationType="Event",
        Payload=json.dumps(event),
    )
    return str(answer["ResponseMetadata"]["RequestId"])


def test_an_asynchronous_invocation_that_succeeds_tells_its_destination(
    application: Application,
) -> None:
    request_id = invoke_later(application, {"fail": False, "number": 7})
    record = json.loads(receive(application, "Succeeded")["Body"])
    assert record["requestContext"]["requestId"] == request_id
    assert record["requestContext"]["condition"] == "Success"
    assert record["requestPayload"] == {"fail": False, "number": 7}
    assert record["responsePayload"] == {"answer": 7}


def test_one_that_fails_is_retried_and_then_tells_destination_and_dead_letter_queue(
    application: Application,
) -> None:
    request_id = invoke_later(application, {"fail": True})
    record = json.loads(receive(application, "Failed")["Body"])
    assert record["requestContext"]["requestId"] == request_id
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorType"] == "ValueError"
    letter = receive(application, "Lost")
    assert json.loads(letter["Body"]) == {"fail": True}
    attributes = {name: one["StringValue"] for name, one in letter["MessageAttributes"].items()}
    assert attributes == {
        "RequestID": request_id,
        "ErrorCode": "200",
        "ErrorMessage": "as asked for",
    }


def test_a_function_that_an_api_call_made_runs_on_our_host(application: Application) -> None:
    functions = application.client("lambda")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", MADE)
    functions.create_function(
        FunctionName="made",
        Runtime="python3.12",
        Handler="app.handler",
        Role="arn:aws:iam::000000000000:role/made",
        Code={"ZipFile": packed.getvalue()},
    )
    answer = functions.invoke(FunctionName="made", Payload=b'{"number": 21}')
    assert json.load(answer["Payload"]) == {"doubled": 42}
    application.stack.wait_for(r"^made \S+ REPORT RequestId: ")


def test_a_tumbling_window_ends_by_the_clock(application: Application) -> None:
    stream = application.id_of("Counted")
    application.advance(901 - application.now() % 900)
    for key in ("a", "b"):
        version = application.save("on_window")
        put = application.client("kinesis").put_record
        put(StreamName=stream, Data=b"1", PartitionKey=key)
        event = application.ran("OnWindow", version)
    assert (event["state"], event["isFinalInvokeForWindow"]) == ({"count": 1}, False)
    version = application.save("on_window")
    application.advance(900)
    last = application.ran("OnWindow", version)
    assert (last["Records"], last["isFinalInvokeForWindow"]) == ([], True)
    assert (last["state"], last["window"]) == ({"count": 2}, event["window"])


def test_what_cannot_be_delivered_is_said_and_a_dead_letter(application: Application) -> None:
    events, place = application.client("events"), "us-east-1:000000000000"
    events.put_rule(Name="lost", EventPattern=json.dumps({"source": ["lost"]}))
    arn = f"arn:aws:lambda:{place}:function:nowhere"
    queue = f"arn:aws:sqs:{place}:{application.id_of('Undelivered').rpartition('/')[2]}"
    target = {"Id": "1", "Arn": arn, "DeadLetterConfig": {"Arn": queue}}
    events.put_targets(Rule="lost", Targets=[target])
    events.put_events(Entries=[{"Source": "lost", "DetailType": "t", "Detail": '{"a": 1}'}])
    application.stack.wait_for(
        rf"^backend  \S+:rule/lost cannot deliver to {arn}: there is no function nowhere$"
    )
    letter = receive(application, "Undelivered")
    assert json.loads(letter["Body"])["detail"] == {"a": 1}
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_RESOURCE"


BROKEN = """
Resources:
  Broken:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/broken
      Code:
        ZipFile: "def handler(event, context): raise ValueError('not prepared')"
  Prepared:
    Type: Custom::Prepared
    Properties:
      ServiceToken: !GetAtt Broken.Arn
"""


def test_a_custom_resource_whose_function_breaks_fails_at_once(application: Application) -> None:
    """Its code is in the template, its stack is not ours."""
    cloudformation = application.client("cloudformation")
    cloudformation.create_stack(StackName="broken", TemplateBody=BROKEN, OnFailure="DO_NOTHING")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        (stack,) = cloudformation.describe_stacks(StackName="broken")["Stacks"]
        if stack["StackStatus"] != "CREATE_IN_PROGRESS":
            break
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert stack["StackStatus"] == "CREATE_FAILED"
    events = cloudformation.describe_stack_events(StackName="broken")["StackEvents"]
    assert "not prepared" in str([one.get("ResourceStatusReason") for one in events])


def test_an_answer_as_an_event_stream(application: Application) -> None:
    answer = application.client("lambda").invoke_with_response_stream(
        FunctionName=application.id_of("OnCall"), Payload=b"{}"
    )
    chunk, complete = answer["EventStream"]
    assert json.loads(chunk["PayloadChunk"]["Payload"])["version"]
    assert complete == {"InvokeComplete": {}}


ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
REFUSED: list[Any] = [
    ({"FunctionName": "nowhere"}, "ResourceNotFoundException",
     f"Function not found: {ARN}nowhere:$LATEST"),
    ({"FunctionName": "no where"}, "ValidationException", "1 validation error detected: Value '"),
    ({"FunctionName": f"{ARN}OnCall:1", "Qualifier": "2"}, "InvalidParameterValueException",
     "The derived qualifier from the function name does not match the specified qualifier."),
    ({"FunctionName": "OnCall", "Payload": b"foo"}, "InvalidRequestContentException",
     "Could not parse request body into json: Could not parse payload into json: Unrecognized "),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "code", "message"), REFUSED)
def test_l65_the_backends_endpoint_and_our_port_refuse_alike(
    application: Application, asked: dict[str, Any], code: str, message: str
) -> None:
    for client in (application.client("lambda"), application.invoking_client()):
        with pytest.raises(ClientError) as raised:
            client.invoke(**asked)
        error = raised.value.response["Error"]
        assert error["Code"] == code
        assert error["Message"].startswith(message)


def test_a_call_by_an_alias(application: Application) -> None:
    name = application.id_of("OnCall")
    answer = application.client("lambda").invoke(
        FunctionName=name, Qualifier="live", Payload=b"{}", LogType="Tail"
    )
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "1"
    assert b" Version: 1\n" in base64.b64decode(answer["LogResult"])
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        application.client("lambda").invoke(FunctionName=name, Qualifier="nowhere")
