"""What `up` says of a stack that will not be as on AWS."""

from dataclasses import replace
from pathlib import Path

from visitplannr.model.application import Application, Function, HttpApi, Resource, RestApi
from visitplannr.up.report import limitations

FUNCTION = Function("Node", "node-1", "arn", "index.handler", "nodejs22.x", Path())
PATHS = {
    "/proxy": {"get": {"x-amazon-apigateway-integration": {"type": "http_proxy"}}},
    "/signed": {
        "get": {
            "security": [{"AWS_IAM": []}],
            "x-amazon-apigateway-integration": {"type": "aws_proxy"},
        },
        "put": {
            "security": [{"Pool": []}],
            "x-amazon-apigateway-integration": {"type": "aws_proxy"},
        },
    },
}
DEFINITIONS = {
    "AWS_IAM": {"x-amazon-apigateway-authtype": "awsSigv4"},
    "Pool": {"x-amazon-apigateway-authtype": "cognito_user_pools"},
}
HTTP_DOCUMENT = {
    "openapi": "3.0.1",
    "paths": {
        "/": {
            "get": {
                "security": [{"AWS_IAM": []}],
                "x-amazon-apigateway-integration": {
                    "type": "aws_proxy",
                    "requestParameters": {"overwrite:header.x": "1"},
                },
            }
        }
    },
    "components": {"securitySchemes": {"AWS_IAM": {"x-amazon-apigateway-authtype": "awsSigv4"}}},
    "x-amazon-apigateway-cors": {"allowOrigins": [{"Fn::GetAtt": ["Site", "Url"]}]},
}
HTTP_API = HttpApi("HttpApi", "h", "0", "$default", HTTP_DOCUMENT, {})
API = RestApi("Api", "a", "0", "Prod", {"paths": PATHS, "securityDefinitions": DEFINITIONS}, {})


def resource(logical_id: str, kind: str) -> Resource:
    return Resource(logical_id, kind, "physical", "CREATE_COMPLETE")


APPLICATION = Application(
    "stack",
    "us-east-1",
    "0",
    (FUNCTION,),
    (API, HTTP_API),
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
    assert list(limitations(APPLICATION, lambda _: ["is not run: why"])) == [
        "Node is not run: why.",
        "GET /proxy: integrations of type HTTP_PROXY are answered with 501.",
        "GET /signed: AWS_IAM is accepted, not verified locally.",
        "PUT /signed: the Cognito authorizer Pool is accepted, not verified locally.",
        "GET /: its parameter mappings are not applied.",
        "GET /: AWS_IAM is accepted, not verified locally.",
        (
            "HttpApi: what its document has at /x-amazon-apigateway-cors/allowOrigins/0 cannot be "
            "resolved here."
        ),
        "Inline is not run: its code is not in this folder.",
        "Stageless is not served: the stack makes no stage of it.",
        "Http is not served: it is a WebSocket API, or has no stage or no Body.",
    ]


def test_a_stack_without_any_says_nothing() -> None:
    plain = replace(APPLICATION, functions=(), apis=(), resources=())
    assert list(limitations(plain, lambda _: [])) == []
