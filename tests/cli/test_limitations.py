"""What `up` says of a stack that will not be as on AWS."""

from dataclasses import replace
from pathlib import Path

from service.cli.limitations import limitations
from service.template.model import Application, Function, Resource, RestApi

FUNCTION = Function("Node", "node-1", "arn", "index.handler", "nodejs22.x", Path())
PATHS = {
    "/proxy": {"get": {"x-amazon-apigateway-integration": {"type": "http_proxy"}}},
    "/signed": {
        "get": {
            "security": [{"AWS_IAM": []}],
            "x-amazon-apigateway-integration": {"type": "aws_proxy"},
        }
    },
    "/keyed": {
        "get": {
            "security": [{"api_key": []}],
            "x-amazon-apigateway-integration": {"type": "aws_proxy"},
        }
    },
}
DEFINITIONS = {
    "AWS_IAM": {"x-amazon-apigateway-authtype": "awsSigv4"},
    "api_key": {"type": "apiKey", "name": "x-api-key"},
}
API = RestApi("Api", "a", "0", "Prod", {"paths": PATHS, "securityDefinitions": DEFINITIONS}, {})


def resource(logical_id: str, kind: str) -> Resource:
    return Resource(logical_id, kind, "physical", "CREATE_COMPLETE")


APPLICATION = Application(
    "stack",
    "us-east-1",
    "0",
    (FUNCTION,),
    (API,),
    (
        resource("Node", "AWS::Lambda::Function"),
        resource("Inline", "AWS::Lambda::Function"),
        resource("Api", "AWS::ApiGateway::RestApi"),
        resource("Stageless", "AWS::ApiGateway::RestApi"),
        resource("Http", "AWS::ApiGatewayV2::Api"),
        resource("Table", "AWS::DynamoDB::Table"),
    ),
    {},
)


def test_every_limitation_has_a_line() -> None:
    assert list(limitations(APPLICATION)) == [
        "Node is not run: its runtime is nodejs22.x, and only Python functions run locally.",
        "GET /proxy: integrations of type HTTP_PROXY are answered with 501.",
        "GET /signed: AWS_IAM is accepted, not verified locally.",
        "GET /keyed: any API key, or none, is accepted, not verified locally.",
        "Inline is not run: its code is not in this folder.",
        "Stageless is not served: the stack makes no stage of it.",
        "Http is not served: HTTP and WebSocket APIs are not yet.",
    ]


def test_a_stack_without_any_says_nothing() -> None:
    plain = replace(APPLICATION, functions=(), rest_apis=(), resources=())
    assert list(limitations(plain)) == []
