"""Requests to services as API Gateway makes them, before they are signed (X73, H67)."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from visitplannr.backend.query_answers import as_json
from visitplannr.backend.service_requests import WireRequest, operation_request, service_request
from visitplannr.model.endpoints import EndpointError, OperationCall, ParameterError, ServiceCall

AS_JSON = ("Content-Type", "application/json")


def asked(
    service: str, action: str = "", path: str = "/", *headers: tuple[str, str]
) -> WireRequest:
    call = ServiceCall(service, action, "POST", path, (("a", "b c"),), headers, b"{}", None)
    return service_request(call)


ACTIONS: list[Any] = [
    pytest.param("dynamodb", "PutItem", "DynamoDB_20120810.PutItem", "1.0", id="dynamodb"),
    pytest.param("states", "StartExecution", "AWSStepFunctions.StartExecution", "1.0", id="states"),
    pytest.param("kinesis", "PutRecord", "Kinesis_20131202.PutRecord", "1.1", id="kinesis"),
    pytest.param("events", "PutEvents", None, "1.1", id="EventBridge's target is mapped"),
]


@pytest.mark.parametrize(("service", "action", "target", "version"), ACTIONS)
def test_x73_an_action_of_a_json_service_is_its_target(
    service: str, action: str, target: str | None, version: str
) -> None:
    request = asked(service, action, "/", AS_JSON)
    headers = dict(request.headers)
    assert headers.get("X-Amz-Target") == target
    assert headers["Content-Type"] == f"application/x-amz-json-{version}"
    assert (request.path, request.signing_name, request.is_query) == ("/?a=b+c", service, False)


def test_x73_a_target_that_is_mapped_stays() -> None:
    request = asked("events", "PutEvents", "/", ("X-Amz-Target", "AWSEvents.PutEvents"))
    assert dict(request.headers)["X-Amz-Target"] == "AWSEvents.PutEvents"


@pytest.mark.parametrize(
    ("service", "version"), [("sns", "2010-03-31"), ("sqs", "2012-11-05"), ("iam", "2010-05-08")]
)
def test_x73_an_action_of_a_query_service_is_a_parameter(service: str, version: str) -> None:
    request = asked(service, "Do")
    assert request.path == f"/?a=b+c&Action=Do&Version={version}"
    assert request.is_query


def test_x73_a_path_is_asked_for_as_it_is() -> None:
    assert asked("sqs", "", "/1/q").path == "/1/q?a=b+c"
    assert asked("sqs", "", "/1/q").is_query
    assert not asked("sqs", "", "/", ("X-Amz-Target", "AmazonSQS.SendMessage")).is_query
    assert not asked("s3", "", "/b/k").is_query


def test_a_service_that_there_is_not() -> None:
    with pytest.raises(EndpointError, match="no AWS service nonsense"):
        asked("nonsense", "Do")


def operation(service: str, name: str, **parameters: Any) -> WireRequest:
    return operation_request(OperationCall(service, name, parameters, None))


def test_h67_a_message_is_sent_by_the_query_api() -> None:
    attributes = '{"who": {"DataType": "String", "StringValue": "Ada"}}'
    request = operation(
        "sqs",
        "SendMessage",
        QueueUrl="http://q",
        MessageBody="hi",
        DelaySeconds="3",
        MessageAttributes=attributes,
    )
    assert parse_qs(request.body.decode()) == {
        "Action": ["SendMessage"],
        "Version": ["2012-11-05"],
        "QueueUrl": ["http://q"],
        "MessageBody": ["hi"],
        "DelaySeconds": ["3"],
        "MessageAttribute.1.Name": ["who"],
        "MessageAttribute.1.Value.DataType": ["String"],
        "MessageAttribute.1.Value.StringValue": ["Ada"],
    }


def test_h67_lists_of_the_query_api_are_numbered() -> None:
    request = operation(
        "sqs", "ReceiveMessage", QueueUrl="q", AttributeNames=["All"], MessageAttributeNames='["a"]'
    )
    sent = parse_qs(request.body.decode())
    assert (sent["AttributeName.1"], sent["MessageAttributeName.1"]) == (["All"], ["a"])


def test_h67_parameters_have_the_casing_of_the_service() -> None:
    request = operation("stepfunctions", "StartExecution", StateMachineArn="arn", Input="{}")
    assert json.loads(request.body) == {"stateMachineArn": "arn", "input": "{}"}
    assert dict(request.headers)["X-Amz-Target"] == "AWSStepFunctions.StartExecution"


def test_h67_an_operation_may_be_a_path() -> None:
    request = operation(
        "appconfig",
        "GetConfiguration",
        Application="a",
        Environment="e",
        Configuration="c",
        ClientId="i",
    )
    path = "/applications/a/environments/e/configurations/c?client_id=i"
    assert (request.method, request.path) == ("GET", path)


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({"DelaySeconds": "soon"}, id="no number"),
        pytest.param({"MessageAttributes": "{"}, id="no JSON"),
        pytest.param({"Nonsense": "1"}, id="no such parameter"),
    ],
)
def test_h68_parameters_that_the_operation_does_not_take(parameters: dict[str, str]) -> None:
    with pytest.raises(ParameterError, match=r"^SendMessage: "):
        operation("sqs", "SendMessage", QueueUrl="q", MessageBody="b", **parameters)


XML: list[Any] = [
    pytest.param(
        b'<?xml version="1.0"?><SendR xmlns="http://q/"><Result><Id>7</Id></Result></SendR>',
        {"SendR": {"Result": {"Id": "7"}}},
        id="members",
    ),
    pytest.param(b"<R><M>1</M><M>2</M><M>3</M></R>", {"R": {"M": ["1", "2", "3"]}}, id="repeated"),
    pytest.param(
        b"<R><L><member>1</member></L><E/></R>", {"R": {"L": ["1"], "E": None}}, id="a list"
    ),
    pytest.param(
        b"<ErrorResponse><Error><Code>No</Code></Error></ErrorResponse>",
        {"Error": {"Code": "No"}},
        id="an error",
    ),
    pytest.param(b'{"a": 1}', None, id="no XML"),
]


@pytest.mark.parametrize(("body", "found"), XML)
def test_x73_answers_of_query_services_as_json(body: bytes, found: Any) -> None:
    made = as_json(body)
    assert (json.loads(made) if made is not None else None) == found
