"""Each source of events runs its function on our host, with the code that was saved last."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from triggers.conftest import Application

Fire = Callable[[Application, str], None]


def queue(application: Application, marker: str) -> None:
    body = json.dumps({"for": "OnQueue", "marker": marker})
    application.client("sqs").send_message(QueueUrl=application.id_of("Queue"), MessageBody=body)


def fifo(application: Application, marker: str) -> None:
    url = application.id_of("Fifo")
    application.client("sqs").send_message(QueueUrl=url, MessageBody=marker, MessageGroupId="g")


def topic(application: Application, marker: str) -> None:
    attribute = {"DataType": "String", "StringValue": "wanted"}
    application.client("sns").publish(
        TopicArn=application.id_of("Topic"), Message=marker, MessageAttributes={"kind": attribute}
    )


def bucket(application: Application, marker: str) -> None:
    bucket = application.id_of("Bucket")
    application.client("s3").put_object(Bucket=bucket, Key=f"in/a b+c ü {marker}", Body=b"content")


def table(application: Application, marker: str) -> None:
    item = {"id": {"S": marker}}
    application.client("dynamodb").put_item(TableName=application.id_of("Table"), Item=item)


def stream(application: Application, marker: str) -> None:
    application.client("kinesis").put_record(
        StreamName=application.id_of("Stream"), Data=marker.encode(), PartitionKey="p"
    )


def event(application: Application, marker: str) -> None:
    application.client("events").put_events(
        Entries=[
            {
                "Source": "shop",
                "DetailType": "ordered",
                "EventBusName": application.id_of("Bus"),
                "Detail": json.dumps({"amount": int(marker) + 1000}),
            }
        ]
    )


def schedule(application: Application, marker: str) -> None:
    """Fire once, now; the template's own schedule is due at night."""
    moment = datetime.now(UTC) - timedelta(seconds=1)
    arn = application.client("lambda").get_function(FunctionName=application.id_of("OnSchedule"))
    application.client("scheduler").create_schedule(
        Name=f"once-{marker}",
        ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": arn["Configuration"]["FunctionArn"],
            "RoleArn": "arn:aws:iam::000000000000:role/scheduler",
            "Input": json.dumps({"marker": marker}),
        },
    )


def logs(application: Application, marker: str) -> None:
    client, group = application.client("logs"), application.id_of("Lines")
    client.create_log_stream(logGroupName=group, logStreamName=marker)
    events = [{"timestamp": int(time.time() * 1000), "message": marker}]
    client.put_log_events(logGroupName=group, logStreamName=marker, logEvents=events)


def sign_up(application: Application, marker: str) -> None:
    application.client("cognito-idp").sign_up(
        ClientId=application.id_of("Client"), Username=f"user-{marker}", Password="Passw0rd!"
    )


def call(application: Application, marker: str) -> None:
    application.client("lambda").invoke(
        FunctionName=application.id_of("OnCall"), Payload=json.dumps({"marker": marker})
    )


def call_later(application: Application, marker: str) -> None:
    answer = application.client("lambda").invoke(
        FunctionName=application.id_of("OnCall"),
        InvocationType="Event",
        Payload=json.dumps({"marker": marker}),
    )
    assert answer["StatusCode"] == 202


def call_by_a_function(application: Application, marker: str) -> None:
    answer = application.client("lambda").invoke(
        FunctionName=application.id_of("Caller"), Payload=json.dumps({"marker": marker})
    )
    assert json.load(answer["Payload"]) == {"version": int(marker)}


def task(application: Application, marker: str) -> None:
    """Wait for the end, too: its second task would run what is saved next."""
    states = application.client("stepfunctions")
    arn = states.start_execution(
        stateMachineArn=application.id_of("Machine"), input=json.dumps({"marker": marker})
    )["executionArn"]
    while states.describe_execution(executionArn=arn)["status"] == "RUNNING":
        time.sleep(0.02)


def balancer(application: Application, marker: str) -> None:
    url = f"{application.stack.endpoint_url}/_alb/shop-balancer/ordered"
    assert httpx.get(url, params={"marker": marker}).json() == int(marker)


def graph(application: Application, marker: str) -> None:
    answer = httpx.post(
        f"{application.stack.endpoint_url}/v1/apis/{application.id_of('Graph')}/graphql",
        json={"query": f'{{ version(marker: "{marker}") }}'},
        headers={"x-api-key": application.output("GraphKey")},
    )
    assert answer.json() == {"data": {"version": int(marker)}}


def thing(application: Application, marker: str) -> None:
    for degrees in (5, 20):
        payload = json.dumps({"marker": marker, "degrees": degrees})
        application.client("iot-data").publish(topic="measured", payload=payload)


def object_of_a_function(application: Application, marker: str) -> None:
    port = application.stack.endpoint_url.rpartition(":")[2]
    answer = httpx.head(
        f"{application.stack.endpoint_url}/{marker}",
        params={"X-Amz-Credential": "test/20260701/us-east-1/s3-object-lambda/aws4_request"},
        headers={"host": f"shop-objects-000000000000.localhost:{port}"},
    )
    assert answer.headers["x-amz-meta-version"] == marker, answer


def pipe(application: Application, marker: str) -> None:
    url = application.id_of("Piped")
    for wanted in (False, True):
        body = json.dumps({"wanted": wanted, "marker": marker})
        application.client("sqs").send_message(QueueUrl=url, MessageBody=body)


def first_record(event: Any) -> Any:
    (record,) = event["Records"]
    return record


SOURCES: list[tuple[str, str, Fire, Callable[[Any], Any], Callable[[str], Any]]] = [
    ("OnQueue", "on_queue", queue, lambda e: json.loads(first_record(e)["body"])["marker"], str),
    ("OnFifo", "on_fifo", fifo, lambda e: first_record(e)["body"], str),
    ("OnTopic", "on_topic", topic, lambda e: first_record(e)["Sns"]["Message"], str),
    ("OnBucket", "on_bucket", bucket, lambda e: first_record(e)["s3"]["object"]["key"],
     lambda marker: f"in/a+b%2Bc+%C3%BC+{marker}"),
    ("OnTable", "on_table", table, lambda e: first_record(e)["dynamodb"]["NewImage"]["id"]["S"],
     str),
    ("OnStream", "on_stream", stream, lambda e: first_record(e)["kinesis"]["partitionKey"],
     lambda _: "p"),
    ("OnEvent", "on_event", event, lambda e: e["amount"], lambda marker: int(marker) + 1000),
    ("OnSchedule", "on_schedule", schedule, lambda e: e["marker"], str),
    ("OnLog", "on_log", logs, list, lambda _: ["awslogs"]),
    ("OnUser", "on_user", sign_up, lambda e: e["userName"], lambda marker: f"user-{marker}"),
    ("OnCall", "on_call", call, lambda e: e["marker"], str),
    ("OnCall", "on_call", call_later, lambda e: e["marker"], str),
    ("OnCall", "on_call", call_by_a_function, lambda e: e["marker"], str),
    ("OnTask", "on_task", task, lambda e: e["marker"], str),
    ("OnBalancer", "on_balancer", balancer, lambda e: e["queryStringParameters"]["marker"], str),
    ("OnGraph", "on_graph", graph, lambda e: e["arguments"]["marker"], str),
    ("OnThing", "on_thing", thing, dict, lambda marker: {"marker": marker}),
    ("OnObject", "on_object", object_of_a_function, lambda e: list(e)[1],
     lambda _: "headObjectContext"),
    ("OnPipe", "on_pipe", pipe, lambda e: (e[0]["marker"], e[0]["enriched"], len(e)),
     lambda marker: (marker, True, 1)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "module", "fire", "found", "expected"),
    SOURCES,
    ids=[fire.__name__ for _, _, fire, _, _ in SOURCES],
)
def test_the_next_event_after_a_save_runs_the_saved_code(
    application: Application,
    function: str,
    module: str,
    fire: Fire,
    found: Callable[[Any], Any],
    expected: Callable[[str], Any],
) -> None:
    for _ in range(2):
        version = application.save(module)
        fire(application, str(version))
        assert found(application.ran(function, version)) == expected(str(version))


def test_a_chain_is_followed_by_its_trace_and_keeps_its_calls(application: Application) -> None:
    http = application.stack.http
    answer = http.get("/chain?marker=chain")
    assert answer.text == "ResourceNotFoundException"
    trace = answer.headers["x-amzn-trace-id"]
    wanted = {"Chain": "api", "OnFifo": "sqs", "OnTopic": "sns", "OnEvent": "events"}
    found: dict[str, str] = {}
    deadline = time.monotonic() + 30
    while found != wanted:
        assert time.monotonic() < deadline, found
        rows = [row for row in http.get("/_local/invocations").json() if row["traceId"] == trace]
        found = {row["function"]: row["trigger"] for row in rows}
        time.sleep(0.05)
    (number,) = [row["number"] for row in rows if row["function"] == "Chain"]
    calls = http.get(f"/_local/invocations/{number}").json()["calls"]
    assert [(one["service"], one["operation"], one["status"]) for one in calls] == [
        ("sqs", "SendMessage", 200),
        ("sns", "Publish", 200),
        ("events", "PutEvents", 200),
        ("dynamodb", "GetItem", 400),
    ]
    names = [application.id_of("Fifo").rpartition("/")[2], application.id_of("Topic"),
             application.id_of("Bus"), "table/nowhere"]  # fmt: skip
    assert all(name in one["resource"] for name, one in zip(names, calls, strict=True)), calls
    assert [one["error"] for one in calls[:3]] == [None] * 3
    assert calls[3]["error"] == "ResourceNotFoundException: Requested resource not found"
    offsets = [one["offsetMs"] for one in calls]
    assert offsets == sorted(offsets)
    assert offsets[0] > 0
    assert all(one["durationMs"] > 0 for one in calls)


def test_the_templates_own_schedule_is_due_when_the_clock_is_moved_there(
    application: Application,
) -> None:
    """It is at three o'clock in the night."""
    now = datetime.fromtimestamp(application.now(), UTC)
    due = now.replace(hour=3, minute=0, second=0) + timedelta(days=now.hour >= 3)
    version = application.save("on_schedule")
    application.advance((due - now).total_seconds())
    assert application.ran("OnSchedule", version) == {"due": True}


def test_a_source_that_is_not_polled_is_said(application: Application) -> None:
    assert "Broker starts no function: Amazon MQ is not polled here." in application.stack.lines


def test_a_custom_resource_runs_during_the_deployment(application: Application) -> None:
    assert application.output("Prepared") == "size 3"
    application.stack.wait_for(r"^OnDeployment \S+ REPORT RequestId: ")
