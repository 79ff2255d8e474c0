"""From calls to permissions: the tables against the API's own models, and rows for each service.

iam.md I23, I24, I32 to I38.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iam.calls import ACCOUNT, REGION, SAMPLES, SESSION, Known, here, sample
from random_json import CONSTANTS, documents
from visitplannr.iam.actions import SERVICES, checks
from visitplannr.iam.actions.call import Call, Check, NothingKnown
from visitplannr.iam.actions.rows import Row, anything, table
from visitplannr.iam.keys import is_supplied


def is_whole(check: Check) -> bool:
    """Say whether a check names an action, a resource without gaps, and keys that there are."""
    prefix, _, action = check.action.partition(":")
    resource = check.resource == "*" or check.resource.startswith("arn:aws:")
    keys = {*check.context, *check.unknown}
    return (
        bool(prefix)
        and action[0].isupper()
        and resource
        and "{" not in check.resource
        and all(is_supplied(key.lower()) for key in keys)
    )


def with_all_parameters(service: str, operation: str) -> Call:
    model = SESSION.get_service_model(service).operation_model(operation)
    given = sample(model.input_shape, "") if model.input_shape else {}
    return Call(service, operation, given, ACCOUNT, REGION)


@pytest.mark.parametrize("service", SERVICES)
def test_i24_each_row_finds_its_resources_in_what_the_api_is_given(service: str) -> None:
    calls = {operation: with_all_parameters(service, operation) for operation in SERVICES[service]}
    found = {operation: checks(call, Known()) for operation, call in calls.items()}
    assert found
    assert [operation for operation, rows in found.items() if rows is None] == []
    broken = {
        name: [row for row in rows or () if not is_whole(row)] for name, rows in found.items()
    }
    assert {operation: rows for operation, rows in broken.items() if rows} == {}


def test_an_operation_stands_once_in_a_table() -> None:
    with pytest.raises(ValueError, match="the table of s3 has an operation twice"):
        table("s3", Row(anything, "GetObject"), others={"GetObject": lambda call, facts: None})


def needed(service: str, operation: str, facts: Any = None, **parameters: Any) -> Any:
    call = Call(service, operation, parameters, ACCOUNT, REGION)
    found = checks(call, facts or Known())
    return None if found is None else [f"{check.action} {check.resource}" for check in found]


QUEUE, TOPIC = here("sqs", "orders"), here("sns", "news")
ROWS: list[Any] = [
    ("sqs", "SendMessage", {"QueueUrl": SAMPLES["QueueUrl"]}, [f"sqs:SendMessage {QUEUE}"]),
    ("sqs", "SendMessageBatch", {"QueueUrl": f"/{ACCOUNT}/orders"}, [f"sqs:SendMessage {QUEUE}"]),
    ("sqs", "DeleteMessageBatch", {"QueueUrl": "orders"}, [f"sqs:DeleteMessage {QUEUE}"]),
    ("sqs", "ReceiveMessage", {"QueueUrl": "http://x/111111111111/q"},
     [f"sqs:ReceiveMessage arn:aws:sqs:{REGION}:111111111111:q"]),
    ("sqs", "GetQueueUrl", {"QueueName": "orders"}, [f"sqs:GetQueueUrl {QUEUE}"]),
    ("sqs", "ListQueues", {}, ["sqs:ListQueues *"]),
    ("sns", "Publish", {"TopicArn": TOPIC}, [f"sns:Publish {TOPIC}"]),
    ("sns", "PublishBatch", {"TopicArn": TOPIC}, [f"sns:Publish {TOPIC}"]),
    ("sns", "Publish", {"PhoneNumber": "+49"}, ["sns:Publish *"]),
    ("sns", "CreateTopic", {"Name": "news"}, [f"sns:CreateTopic {TOPIC}"]),
    ("sns", "Unsubscribe", {"SubscriptionArn": f"{TOPIC}:5"}, [f"sns:Unsubscribe {TOPIC}"]),
    ("events", "PutEvents", {"Entries": [{}, {"EventBusName": "b"},
                                         {"EventBusName": here("events", "event-bus/c")}]},
     [f"events:PutEvents {here('events', f'event-bus/{bus}')}" for bus in ("default", "b", "c")]),
    ("events", "PutRule", {"Name": "r"}, [f"events:PutRule {here('events', 'rule/r')}"]),
    ("events", "PutTargets", {"Rule": "r", "EventBusName": "b"},
     [f"events:PutTargets {here('events', 'rule/b/r')}"]),
    ("scheduler", "CreateSchedule", {"Name": "s"},
     [f"scheduler:CreateSchedule {here('scheduler', 'schedule/default/s')}"]),
    ("kinesis", "PutRecords", {"StreamName": "s"},
     [f"kinesis:PutRecords {here('kinesis', 'stream/s')}"]),
    ("kinesis", "GetRecords", {"ShardIterator": "x"}, None),
    ("firehose", "PutRecord", {"DeliveryStreamName": "s"},
     [f"firehose:PutRecord {here('firehose', 'deliverystream/s')}"]),
    ("lambda", "Invoke", {"FunctionName": "f"},
     [f"lambda:InvokeFunction {here('lambda', 'function:f')}"]),
    ("lambda", "Invoke", {"FunctionName": "f", "Qualifier": "live"},
     [f"lambda:InvokeFunction {here('lambda', 'function:f:live')}"]),
    ("lambda", "Invoke", {"FunctionName": "f:live"},
     [f"lambda:InvokeFunction {here('lambda', 'function:f:live')}"]),
    ("lambda", "InvokeWithResponseStream", {"FunctionName": f"{ACCOUNT}:function:f"},
     [f"lambda:InvokeFunction {here('lambda', 'function:f')}"]),
    ("lambda", "Invoke", {"FunctionName": here("lambda", "function:f"), "Qualifier": "1"},
     [f"lambda:InvokeFunction {here('lambda', 'function:f:1')}"]),
    ("stepfunctions", "StartExecution", {"stateMachineArn": here("states", "stateMachine:m")},
     [f"states:StartExecution {here('states', 'stateMachine:m')}"]),
    ("stepfunctions", "SendTaskSuccess", {"taskToken": "x"}, None),
    ("logs", "PutLogEvents", {"logGroupName": "g", "logStreamName": "s"},
     [f"logs:PutLogEvents {here('logs', 'log-group:g:log-stream:s')}"]),
    ("logs", "CreateLogStream", {"logGroupName": "g", "logStreamName": "s"},
     [f"logs:CreateLogStream {here('logs', 'log-group:g:log-stream:')}"]),
    ("cloudwatch", "PutMetricData", {"Namespace": "n"}, ["cloudwatch:PutMetricData *"]),
    ("cloudwatch", "DeleteAlarms", {"AlarmNames": ["a", "b"]},
     [f"cloudwatch:DeleteAlarms {here('cloudwatch', f'alarm:{name}')}" for name in "ab"]),
    ("ssm", "GetParameter", {"Name": "limit"},
     [f"ssm:GetParameter {here('ssm', 'parameter/limit')}"]),
    ("ssm", "GetParameter", {"Name": "/app/limit:3"},
     [f"ssm:GetParameter {here('ssm', 'parameter/app/limit')}"]),
    ("ssm", "GetParameters", {"Names": ["a", here("ssm", "parameter/b")]},
     [f"ssm:GetParameters {here('ssm', f'parameter/{name}')}" for name in "ab"]),
    ("ssm", "GetParametersByPath", {"Path": "/app"},
     [f"ssm:GetParametersByPath {here('ssm', 'parameter/app')}"]),
    ("secretsmanager", "GetSecretValue", {"SecretId": here("secretsmanager", "secret:s-abcdef")},
     [f"secretsmanager:GetSecretValue {here('secretsmanager', 'secret:s-abcdef')}"]),
    ("secretsmanager", "GetSecretValue", {"SecretId": "s"},
     [f"secretsmanager:GetSecretValue {here('secretsmanager', 'secret:s')}"]),
    ("kms", "Encrypt", {"KeyId": here("kms", "key/1")}, [f"kms:Encrypt {here('kms', 'key/1')}"]),
    ("kms", "Decrypt", {}, None),
    ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::0:role/r"},
     ["sts:AssumeRole arn:aws:iam::0:role/r"]),
    ("sts", "GetCallerIdentity", {}, []),
    ("cognito-idp", "AdminGetUser", {"UserPoolId": "p"},
     [f"cognito-idp:AdminGetUser {here('cognito-idp', 'userpool/p')}"]),
    ("cognito-idp", "SignUp", {}, []),
    ("ses", "SendEmail", {"Source": "ada@example.org"},
     [f"ses:SendEmail {here('ses', 'identity/ada@example.org')}"]),
    ("bedrock-runtime", "Converse", {"modelId": "vendor.model-v1"},
     [f"bedrock:InvokeModel arn:aws:bedrock:{REGION}::foundation-model/vendor.model-v1"]),
    ("iam", "GetRole", {"RoleName": "r"}, [f"iam:GetRole arn:aws:iam::{ACCOUNT}:role/r"]),
    ("cloudformation", "DescribeStacks", {"StackName": "s"},
     [f"cloudformation:DescribeStacks {here('cloudformation', 'stack/s/*')}"]),
]  # fmt: skip


@pytest.mark.parametrize(("service", "operation", "given", "expected"), ROWS)
def test_i32_to_i38_what_calls_need(
    service: str, operation: str, given: Any, expected: Any
) -> None:
    assert needed(service, operation, **given) == expected


def test_i33_each_event_is_checked_with_its_source() -> None:
    entries = [{"Source": "kitchen", "DetailType": "Cooked"}, {"Source": "hall"}]
    found = checks(Call("events", "PutEvents", {"Entries": entries}, ACCOUNT, REGION), Known())
    assert found is not None
    assert [check.context["events:source"] for check in found] == ["kitchen", "hall"]


UNKNOWN: list[Any] = [
    ("ec2", "RunInstances", {}),
    ("sqs", "Nonsense", {}),
    ("sqs", "SendMessage", {}),
    ("secretsmanager", "GetSecretValue", {"SecretId": "s"}),
    ("kms", "Encrypt", {"KeyId": "alias/a"}),
    ("ses", "SendEmail", {"Source": "ada@example.org"}),
]


@pytest.mark.parametrize(("service", "operation", "given"), UNKNOWN)
def test_i23_what_cannot_be_said_is_not_guessed(service: str, operation: str, given: Any) -> None:
    assert needed(service, operation, NothingKnown(), **given) is None


ANYTHING = documents(CONSTANTS | st.text(max_size=5), names=st.text(max_size=3))


def damaged(data: st.DataObject, value: Any) -> Any:
    """Put anything in the place of some part of a value."""
    if data.draw(st.integers(0, 3)) == 0:
        return data.draw(ANYTHING)
    if isinstance(value, dict):
        return {key: damaged(data, inner) for key, inner in value.items()}
    return [damaged(data, inner) for inner in value] if isinstance(value, list) else value


STRUCTURED = {
    "dynamodb": ["PutItem", "Query", "BatchGetItem", "BatchWriteItem", "TransactWriteItems",
                 "TransactGetItems", "ExecuteStatement", "BatchExecuteStatement"],
    "s3": ["DeleteObjects", "CopyObject", "PutObject"],
    "events": ["PutEvents", "PutRule"],
    "kms": ["Decrypt"],
    "ssm": ["GetParameters", "GetParameter"],
    "cloudwatch": ["DeleteAlarms"],
    "logs": ["StartQuery"],
}  # fmt: skip
SOME = [(service, name) for service, names in STRUCTURED.items() for name in names]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SOME), st.data())
def test_i23_nonsense_is_no_error_of_ours(call: tuple[str, str], data: st.DataObject) -> None:
    service, operation = call
    shape = SESSION.get_service_model(service).operation_model(operation).input_shape
    assert shape is not None
    given = {key: damaged(data, sample(member, key, 1)) for key, member in shape.members.items()}
    found = checks(Call(service, operation, given, ACCOUNT, REGION), Known())
    assert found is None or all(isinstance(check.resource, str) for check in found)
