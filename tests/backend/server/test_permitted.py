"""What MiniStack does inside is not done if policies do not allow it (iam.md I46 to I49)."""

import json

from backend.server.conftest import Ran

PLACE = "us-east-1:000000000000"
FUNCTION = f"arn:aws:lambda:{PLACE}:function:f"
ROLE = "arn:aws:iam::000000000000:role/r"
RULE = f"arn:aws:events:{PLACE}:rule/r"
ROLES = f"""
ROLE = {ROLE!r}
names = iter("mn")
def execute(definition):
    arn = ask("stepfunctions", "CreateStateMachine", name=next(names), roleArn=ROLE,
              definition=json.dumps(definition))["stateMachineArn"]
    execution = ask("stepfunctions", "StartExecution", stateMachineArn=arn)["executionArn"]
    while True:
        found = ask("stepfunctions", "DescribeExecution", executionArn=execution)
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.01)
def put_rule(*targets):
    ask("eventbridge", "PutRule", Name="r", EventPattern=json.dumps({{"source": ["shop"]}}))
    key = service("eventbridge")._rule_key("r", "default")
    service("eventbridge")._targets[key] = [
        {{"Id": one["Arn"], "DeadLetterConfig": {{"Arn": DEAD}}, **one}} for one in targets]
    ask("eventbridge", "PutEvents",
        Entries=[{{"Source": "shop", "DetailType": "t", "Detail": "{{}}"}}])
def run_machine(resource, parameters):
    state = {{"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}}
    found = execute({{"StartAt": "A", "States": {{"A": state}}}})
    return [found["status"], found.get("error"), found.get("cause")]
"""


def test_a_rule_reaches_its_targets_in_its_own_name_or_as_a_role(ran: Ran) -> None:
    (asked,) = ran(f"""{ROLES}
put_rule({{"Arn": FUNCTION}}, {{"Arn": DEAD}}, {{"Arn": f"arn:aws:sns:{{ACCOUNT}}:t"}},
         {{"Arn": f"arn:aws:states:{{ACCOUNT}}:stateMachine:m", "RoleArn": ROLE}},
         {{"Arn": f"arn:aws:events:{{ACCOUNT}}:event-bus/b"}})
settle()
say(permits.asked)
""")
    events = "events.amazonaws.com"
    assert asked == [
        [events, RULE, "lambda:InvokeFunction", FUNCTION],
        [events, RULE, "sqs:SendMessage", f"arn:aws:sqs:{PLACE}:dead"],
        [events, RULE, "sns:Publish", f"arn:aws:sns:{PLACE}:t"],
        [ROLE, "r", f"states:StartExecution arn:aws:states:{PLACE}:stateMachine:m"],
    ]


def test_what_a_rule_may_not_deliver_is_a_dead_letter_at_once(ran: Ran) -> None:
    invoked, (((_, attributes),),) = ran(f"""{ROLES}
permits.refused = ["InvokeFunction"]
put_rule({{"Arn": FUNCTION}})
say(len(done))
say([letters()])
""")
    assert invoked == 0
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert attributes["ERROR_MESSAGE"] == "no InvokeFunction"
    assert attributes["RETRY_ATTEMPTS"] == "0"


def test_a_schedule_reaches_all_targets_as_its_role(ran: Ran) -> None:
    asked, invoked, (((_, attributes),),) = ran(f"""{ROLES}
permits.refused = ["second"]
for name, target in (("first", FUNCTION), ("second", DEAD)):
    service("scheduler")._create_schedule(name, {{
        "ScheduleExpression": "at(2026-07-01T10:00:00)", "FlexibleTimeWindow": {{"Mode": "OFF"}},
        "Target": {{"Arn": target, "RoleArn": ROLE, "Input": "1",
                   "DeadLetterConfig": {{"Arn": DEAD}}}}}})
clock.advance(3600)
service("scheduler")._tick_schedules()
settle()
say(permits.asked)
say(len(done))
say([letters()])
""")
    assert asked == [
        [ROLE, "first", f"lambda:InvokeFunction {FUNCTION}"],
        [ROLE, "second", f"sqs:SendMessage arn:aws:sqs:{PLACE}:dead"],
    ]
    assert invoked == 1
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"


def test_a_topic_invokes_with_its_permission_only_else_it_is_a_dead_letter(ran: Ran) -> None:
    asked, (((_, attributes),),), invoked = ran("""
permits.refused = ["sns.amazonaws.com"]
topic = f"arn:aws:sns:{ACCOUNT}:t"
service("sns")._topics[topic] = {"arn": topic, "attributes": {}, "subscriptions": [
    {"arn": f"{topic}:1", "protocol": "lambda", "endpoint": f"{FUNCTION}", "confirmed": True,
     "attributes": {"RedrivePolicy": json.dumps({"deadLetterTargetArn": DEAD})}}]}
service("sns")._fanout(topic, "1", "hello", "")
while any("sns" in t.name or "fanout" in t.name for t in threading.enumerate()):
    time.sleep(0.01)
while not service("sqs")._queue_by_arn(DEAD)["messages"]:
    time.sleep(0.01)
say(permits.asked)
say([letters()])
say(len(done))
""")
    topic = f"arn:aws:sns:{PLACE}:t"
    assert asked == [["sns.amazonaws.com", topic, "lambda:InvokeFunction", FUNCTION]]
    assert attributes["ErrorCode"] == "NO_PERMISSIONS"
    assert invoked == 0


def test_other_sources_are_told_by_their_events_and_get_a_refusal(ran: Ran) -> None:
    asked, refused = ran("""
permits.refused = ["cognito-idp"]
function = service("lambda_svc")._functions["f"]
fire = service("lambda_svc")._execute_function
event = {"triggerSource": "PreSignUp_SignUp", "userPoolId": "us-east-1_1"}
result = fire(function, event)
say(permits.asked)
say([result["error"], result["body"]["__type"], len(done)])
""")
    pool = f"arn:aws:cognito-idp:{PLACE}:userpool/us-east-1_1"
    assert asked == [["cognito-idp.amazonaws.com", pool, FUNCTION]]
    assert refused == [True, "AccessDeniedException", 0]


def test_a_state_machine_makes_its_calls_as_its_role(ran: Ran) -> None:
    allowed, invoked, asked, refused = ran(f"""{ROLES}
say(run_machine("arn:aws:states:::lambda:invoke", {{"FunctionName": FUNCTION, "Payload": {{}}}}))
say(len(done))
say(permits.asked)
permits.refused = ["SendMessage"]
say(run_machine("arn:aws:states:::aws-sdk:sqs:sendMessage", {{"QueueUrl": "dead",
                                                             "MessageBody": "1"}}))
""")
    assert allowed[0] == "SUCCEEDED"
    assert invoked == 1
    ((role, session, service, operation, parameters),) = asked
    assert (role, session, service, operation) == (ROLE, "m", "lambda", "Invoke")
    assert parameters["FunctionName"] == FUNCTION
    assert refused == ["FAILED", "Sqs.SqsException", "no SendMessage"]


def test_what_a_machine_may_not_do_can_be_caught_in_a_branch_with_a_time_limit(ran: Ran) -> None:
    found, invoked = ran(f"""{ROLES}
permits.refused = ["lambda"]
task = {{"Type": "Task", "Resource": FUNCTION, "TimeoutSeconds": 5, "End": True,
        "Catch": [{{"ErrorEquals": ["Lambda.AWSLambdaException"], "Next": "Caught"}}]}}
states = {{"A": task, "Caught": {{"Type": "Pass", "Result": "caught", "End": True}}}}
branches = [{{"StartAt": "A", "States": states}}] * 2
found = execute({{"StartAt": "P", "States": {{"P": {{"Type": "Parallel", "Branches": branches,
                                              "End": True}}}}}})
say([found["status"], found.get("output")])
say(len(done))
""")
    assert found[0] == "SUCCEEDED"
    assert json.loads(found[1]) == ["caught", "caught"]
    assert invoked == 0


def test_a_pipe_reads_and_delivers_as_its_role_and_waits_until_it_may(ran: Ran) -> None:
    asked, before, after = ran(f"""{ROLES}
from visitplannr.backend.server.ministack.mapping_roles import MappingRoles
from visitplannr.backend.server.pipes.pipe import as_mapping
pipe = as_mapping({{"Name": "p", "Arn": "a", "RoleArn": ROLE, "CurrentState": "RUNNING",
    "Source": f"arn:aws:dynamodb:{{ACCOUNT}}:table/t/stream/1", "Enrichment": FUNCTION,
    "Target": f"arn:aws:states:{{ACCOUNT}}:stateMachine:m"}})
roles = MappingRoles(permits)
permits.refused = ["StartExecution"]
before = roles.may_read(pipe)
say(permits.asked)
permits.refused = []
say(before)
say(roles.may_read(pipe))
""")
    stream = f"arn:aws:dynamodb:{PLACE}:table/t/stream/1"
    needed = [
        *(f"dynamodb:{one} {stream}" for one in ("GetRecords", "GetShardIterator")),
        f"dynamodb:DescribeStream {stream}",
        f"lambda:InvokeFunction arn:aws:lambda:{PLACE}:function:f",
        f"states:StartExecution arn:aws:states:{PLACE}:stateMachine:m",
    ]
    assert asked == [[ROLE, "p", *needed]]
    assert (before, after) == (False, True)


def test_a_mapping_is_not_made_if_the_functions_role_cannot_read(ran: Ran) -> None:
    made, created, stack = ran(f"""{ROLES}
service("lambda_svc")._functions["f"]["config"]["Role"] = ROLE
create = service("lambda_svc")._create_esm
stream = {{"EventSourceArn": f"arn:aws:kinesis:{{ACCOUNT}}:stream/s", "FunctionName": "f"}}
permits.refused = ["sqs:DeleteMessage"]
status, headers, body = create({{"EventSourceArn": DEAD, "FunctionName": "f"}})
say([status, headers["x-amzn-errortype"], json.loads(body)["Message"]])
handlers = service("cloudformation.provisioners")._RESOURCE_HANDLERS
handlers["AWS::Lambda::EventSourceMapping"]["create"]("M", stream, "s")
say(len(service("lambda_svc")._esms._data))
permits.refused = ["kinesis:GetRecords"]
try:
    handlers["AWS::Lambda::EventSourceMapping"]["create"]("M", stream, "s")
except ValueError as error:
    say(str(error))
""")
    lacking = "The provided execution role does not have permissions to call DeleteMessage on SQS"
    assert made == [400, "InvalidParameterValueException", lacking]
    assert created == 1
    assert stack.startswith(
        f"Cannot access stream arn:aws:kinesis:{PLACE}:stream/s. Please ensure the role can perform"
    )
