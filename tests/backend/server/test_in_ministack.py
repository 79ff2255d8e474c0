"""MiniStack as we change it: its clock, schedules, failures, mappings."""

import pytest
from backend.server.conftest import Ran


def test_an_event_source_mapping_keeps_what_ministack_drops(ran: Ran) -> None:
    said = ran("""
from visitplannr.backend.server.mappings.mapping import read_mapping
from ministack.services.cloudformation import provisioners
streams = service("kinesis")._streams
arn = f"arn:aws:kinesis:{ACCOUNT}:stream/s"
records = [{"ApproximateArrivalTimestamp": n} for n in (10.0, 20.0, 30.0)]
streams["s"] = {"StreamARN": arn, "shards": {"shard": {"records": records}}}
given = {"FunctionName": "f", "EventSourceArn": arn, "StartingPosition": "AT_TIMESTAMP",
         "StartingPositionTimestamp": 20.0, "TumblingWindowInSeconds": 30,
         "ParallelizationFactor": 1}
lambda_svc = service("lambda_svc")
lambda_svc._poller_started = True
_, _, body = lambda_svc._create_esm(given)
told = json.loads(body)
handler = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]
made, _ = handler["create"]("Mapping", given, "stack")
handler["update"](made, given, {**given, "TumblingWindowInSeconds": 60}, "stack")
_, _, body = lambda_svc._update_esm(told["UUID"], {"TumblingWindowInSeconds": 90})
for uuid in (told["UUID"], made):
    say(lambda_svc._kinesis_positions[uuid])
    say(read_mapping(lambda_svc._esms[uuid]).tumbling)
say([told["TumblingWindowInSeconds"], json.loads(body)["TumblingWindowInSeconds"]])
""")
    assert said == [{"shard": 1}, 90.0, {"shard": 1}, 60.0, [30, 90]]


def test_l62_a_message_carries_the_trace_of_what_has_led_to_it(ran: Ran) -> None:
    said = ran("""
from visitplannr.backend.server.dispatch import trace_id
ask("sqs", "CreateQueue", QueueName="q")
topic = service("sns")
def sns(action, **given):
    from urllib.parse import urlencode
    body = urlencode({"Action": action, **given}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return asyncio.run(topic.handle_request("POST", "/", headers, body, {}))
QUEUE = f"arn:aws:sqs:{ACCOUNT}:q"
TOPIC = f"arn:aws:sns:{ACCOUNT}:t"
sns("CreateTopic", Name="t")
sns("Subscribe", TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)
ask("eventbridge", "PutRule", Name="r", EventPattern=json.dumps({"source": ["s"]}))
ask("eventbridge", "PutTargets", Rule="r", Targets=[{"Id": "1", "Arn": QUEUE}])
policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]}
ask("sqs", "SetQueueAttributes", QueueUrl="q", Attributes={"Policy": json.dumps(policy)})
own = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=own"}}

def received():
    settle()
    found = ask("sqs", "ReceiveMessage", QueueUrl="q", MaxNumberOfMessages=10,
                VisibilityTimeout=0, MessageSystemAttributeNames=["All"]).get("Messages", [])
    for one in found:
        ask("sqs", "DeleteMessage", QueueUrl="q", ReceiptHandle=one["ReceiptHandle"])
    say([one["Attributes"].get("AWSTraceHeader") for one in found])

ask("sqs", "SendMessage", QueueUrl="q", MessageBody="of nobody")
trace_id.set("Root=reader")
received()
for root, send in {
    "Root=sent": lambda: ask("sqs", "SendMessage", QueueUrl="q", MessageBody="m"),
    "Root=not": lambda: ask("sqs", "SendMessage", QueueUrl="q", MessageBody="m",
                            MessageSystemAttributes=own),
    "Root=batch": lambda: ask("sqs", "SendMessageBatch", QueueUrl="q",
                              Entries=[{"Id": "1", "MessageBody": "m"}]),
    "Root=topic": lambda: sns("Publish", TopicArn=TOPIC, Message="m"),
    "Root=rule": lambda: ask("eventbridge", "PutEvents", Entries=[
        {"Source": "s", "DetailType": "d", "Detail": "{}"}]),
}.items():
    trace_id.set(root)
    send()
    trace_id.set("Root=reader")
    received()
""")
    assert said == [
        [None],
        ["Root=sent"],
        ["Root=own"],
        ["Root=batch"],
        ["Root=topic"],
        ["Root=rule"],
    ]


def test_an_execution_begins_at_once_and_waits_by_our_clock(ran: Ran) -> None:
    """MiniStack would sleep 150 ms before each, on whatever clock: nobody moves this one."""
    said = ran("""
definition = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": True}}}
arn = ask("stepfunctions", "CreateStateMachine", name="m", definition=json.dumps(definition),
          roleArn="arn:aws:iam::000000000000:role/r")["stateMachineArn"]
execution = ask("stepfunctions", "StartExecution", stateMachineArn=arn)["executionArn"]
def status():
    return ask("stepfunctions", "DescribeExecution", executionArn=execution)["status"]
def entered():
    events = ask("stepfunctions", "GetExecutionHistory", executionArn=execution)["events"]
    return any(event["type"] == "WaitStateEntered" for event in events)
while not entered():
    time.sleep(0.01)
say(status())
while status() == "RUNNING":
    clock.advance(600)
    time.sleep(0.01)
say([status(), clock.moved >= 3600])
""")
    assert said == ["RUNNING", ["SUCCEEDED", True]]


@pytest.mark.parametrize("resource", ["FUNCTION", "arn:aws:states:::lambda:invoke"])
def test_a_task_is_tried_again_by_the_errors_own_name_and_then_caught(
    ran: Ran, resource: str
) -> None:
    """Two and four seconds later by our clock, and three times in all; another error is not."""
    said = ran(f"""
resource = {resource!r}
task = {{"Type": "Task", "Resource": FUNCTION if resource == "FUNCTION" else resource,
        "Retry": [{{"ErrorEquals": ["OutOfStock"], "IntervalSeconds": 2, "MaxAttempts": 2}}],
        "Catch": [{{"ErrorEquals": ["OutOfStock"], "Next": "Caught"}},
                  {{"ErrorEquals": ["Lambda.TooManyRequestsException"], "Next": "Busy"}}],
        "End": True}}
if resource != "FUNCTION":
    task["Parameters"] = {{"FunctionName": FUNCTION, "Payload.$": "$"}}
ends = {{name: {{"Type": "Pass", "Result": name, "End": True}} for name in ("Caught", "Busy")}}
machine = ask("stepfunctions", "CreateStateMachine", name="m", roleArn="arn:aws:iam::1:role/r",
    definition=json.dumps({{"StartAt": "T", "States": {{"T": task, **ends}}}}))["stateMachineArn"]

def execute():
    arn = ask("stepfunctions", "StartExecution", stateMachineArn=machine)["executionArn"]
    while True:
        found = ask("stepfunctions", "DescribeExecution", executionArn=arn)
        if found["status"] != "RUNNING":
            say([found["status"], json.loads(found["output"]), len(done)])
            done.clear()
            return
        clock.advance(0.5)
        time.sleep(0.01)

failed = {{"error": True, "function_error": "Unhandled",
          "body": {{"errorType": "OutOfStock", "errorMessage": "none left"}}}}
from visitplannr.backend.server.triggers import result_for_ministack
from visitplannr.backend.server.invoke_client import Answer
busy = result_for_ministack(Answer(429, b'{{"message": "Rate Exceeded."}}', None,
                                   "TooManyRequestsException"))
before = clock.moved
answers[:] = [failed, failed, failed]
execute()
say(clock.moved - before >= 6)
answers[:] = [failed, {{"body": "done"}}]
execute()
answers[:] = [busy]
execute()
""")
    done = {"StatusCode": 200, "Payload": "done"} if "invoke" in resource else "done"
    assert said == [
        ["SUCCEEDED", "Caught", 3],
        True,
        ["SUCCEEDED", done, 2],
        ["SUCCEEDED", "Busy", 1],
    ]


OTHER_SOURCES = {
    "cognito": """
pool = ask("cognito", "CreateUserPool", PoolName="p",
           LambdaConfig={"PreSignUp": FUNCTION})["UserPool"]["Id"]
client = ask("cognito", "CreateUserPoolClient", UserPoolId=pool,
             ClientName="c")["UserPoolClient"]["ClientId"]
answers.append({"body": {"response": {"autoConfirmUser": True}}})
ask("cognito", "SignUp", ClientId=client, Username="u", Password="Passw0rd!")
""",
    "firehose": """
role = "arn:aws:iam::000000000000:role/r"
processors = [{"Type": "Lambda", "Parameters": [
    {"ParameterName": "LambdaArn", "ParameterValue": FUNCTION}]}]
ask("firehose", "CreateDeliveryStream", DeliveryStreamName="d", ExtendedS3DestinationConfiguration={
    "RoleARN": role, "BucketARN": "arn:aws:s3:::bucket",
    "ProcessingConfiguration": {"Enabled": True, "Processors": processors}})
ask("firehose", "PutRecord", DeliveryStreamName="d", Record={"Data": "aGVsbG8="})
while not done:
    time.sleep(0.01)
""",
}


@pytest.mark.parametrize("source", OTHER_SOURCES)
def test_whatever_else_fires_says_what_it_is(ran: Ran, source: str) -> None:
    (called,) = ran(f"{OTHER_SOURCES[source]}\nsay([done[0][0], done[0][2]])")
    assert called == ["f", source]


def test_what_ministack_sends_reaches_the_stack_where_it_is(ran: Ran) -> None:
    (received,) = ran("""
import http.server, urllib.request
received = []
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        received.append([self.path, self.headers["Host"].partition(":")[0]])
        self.send_response(204)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
here = f"http://127.0.0.1:{server.server_address[1]}"
places["https://abc.execute-api.us-east-1.amazonaws.com/Prod/a"] = f"{here}/a"
destination = "https://abc.execute-api.us-east-1.amazonaws.com/Prod/a"
request = urllib.request.Request(destination, b"{}", method="POST")
service("eventbridge")._http_open(request, timeout=5).close()
say(received)
""")
    assert received == [["/a", "127.0.0.1"]]


def test_what_a_stack_holds_is_emptied_without_a_word_to_anybody(ran: Ran) -> None:
    said = ran("""
import base64, os
from visitplannr.backend.server.ministack.emptying import empty
from visitplannr.backend.server.stack_contents import Held, Place
TARGETS |= {"kinesis": "Kinesis_20131202", "cloudwatch_logs": "Logs_20140328"}
def s3(method, path, body=b"", query=None):
    handler = service("s3").handle_request
    status, _, answer = asyncio.run(handler(method, path, {}, body, query or {}))
    assert status < 300, (status, answer)
    return answer.decode() if isinstance(answer, bytes) else answer
for name in ("mine", "theirs"):
    url = ask("sqs", "CreateQueue", QueueName=name)["QueueUrl"]
    ask("sqs", "SendMessage", QueueUrl=url, MessageBody=name)
    ask("kinesis", "CreateStream", StreamName=name, ShardCount=1)
    ask("kinesis", "PutRecord", StreamName=name, PartitionKey="k",
        Data=base64.b64encode(b"d").decode())
    ask("cloudwatch_logs", "CreateLogGroup", logGroupName=name)
    ask("cloudwatch_logs", "CreateLogStream", logGroupName=name, logStreamName="s")
    ask("cloudwatch_logs", "PutLogEvents", logGroupName=name, logStreamName="s",
        logEvents=[{"timestamp": int(clock() * 1000), "message": "m"}])
    s3("PUT", f"/{name}-bucket")
    s3("PUT", f"/{name}-bucket/key", b"body")
def held():
    found = []
    for name in ("mine", "theirs"):
        queue = service("sqs")._queues[ask("sqs", "GetQueueUrl", QueueName=name)["QueueUrl"]]
        shards = service("kinesis")._streams[name]["shards"].values()
        streams = service("cloudwatch_logs")._log_groups[name]["streams"].values()
        listed = s3("GET", f"/{name}-bucket")
        found.append([len(queue["messages"]), sum(len(one["records"]) for one in shards),
                      sum(len(one["events"]) for one in streams), listed.count("<Key>")])
    return found
say(held())
place = Place("000000000000", "us-east-1")
url = ask("sqs", "GetQueueUrl", QueueName="mine")["QueueUrl"]
mine = [("AWS::SQS::Queue", url), ("AWS::Kinesis::Stream", "mine"),
        ("AWS::Logs::LogGroup", "mine"), ("AWS::S3::Bucket", "mine-bucket")]
nothing = [("AWS::SQS::Queue", "gone"), ("AWS::Kinesis::Stream", "gone"),
           ("AWS::Logs::LogGroup", "gone"), ("AWS::S3::Bucket", "gone"),
           ("AWS::StepFunctions::StateMachine", "gone"), ("AWS::IAM::Role", "role")]
empty(place, [Held(*one) for one in mine + nothing])
say(held())
ask("sqs", "SendMessage", QueueUrl=url, MessageBody="again")
s3("PUT", "/mine-bucket/key", b"body")
settle()
say(held()[0])
say(done)
""")
    assert said == [[[1, 1, 1, 1], [1, 1, 1, 1]], [[0, 0, 0, 0], [1, 1, 1, 1]], [1, 0, 0, 1], []]


def test_executions_are_stopped_and_forgotten(ran: Ran) -> None:
    said = ran("""
from visitplannr.backend.server.ministack.emptying import empty
from visitplannr.backend.server.stack_contents import Held, Place
definition = json.dumps({"StartAt": "W", "States": {
    "W": {"Type": "Wait", "Seconds": 60, "Next": "F"},
    "F": {"Type": "Task", "Resource": FUNCTION, "End": True}}})
arn = ask("stepfunctions", "CreateStateMachine", name="m", definition=definition,
          roleArn=f"arn:aws:iam::000000000000:role/r")["stateMachineArn"]
ask("stepfunctions", "StartExecution", stateMachineArn=arn)
empty(Place("000000000000", "us-east-1"), [Held("AWS::StepFunctions::StateMachine", arn)])
say(ask("stepfunctions", "ListExecutions", stateMachineArn=arn)["executions"])
clock.advance(60)
settle()
time.sleep(0.3)
say(done)
""")
    assert said == [[], []]
