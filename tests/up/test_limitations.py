"""What `up` says of a stack that will not be as on AWS."""

from dataclasses import replace
from pathlib import Path

from visitplannr.model.application import (
    Application,
    Function,
    FunctionUrl,
    HttpApi,
    Resource,
    RestApi,
)
from visitplannr.up.report import limitations, unstreamed

FUNCTION = Function("Node", "node-1", "arn", "index.handler", "nodejs22.x", Path())
KEY = "x-amazon-apigateway-integration"
AWS = "arn:aws:apigateway:us-east-1"
PATHS = {
    "/foreign": {"get": {KEY: {"type": "aws_proxy", "uri": "arn:of:another"}}},
    "/private": {"get": {KEY: {"type": "http_proxy", "connectionType": "VPC_LINK"}}},
    "/queue": {
        "get": {KEY: {"type": "aws", "uri": f"{AWS}:sqs:path/q"}},
        "put": {KEY: {"type": "aws", "uri": f"{AWS}:sqs:path/q", "credentials": "arn:role"}},
    },
    "/proxy": {"get": {KEY: {"type": "http_proxy"}}, "put": {KEY: {"type": "weird"}}},
    "/signed": {
        "get": {"security": [{"AWS_IAM": []}], KEY: {"type": "aws_proxy"}},
        "put": {"security": [{"Pool": []}], KEY: {"type": "aws_proxy"}},
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
                KEY: {
                    "type": "aws_proxy",
                    "requestParameters": {
                        "overwrite:header.x": "1",
                        "append:header.X-Amz-Date": "2",
                    },
                },
            },
            "put": {KEY: {"type": "aws_proxy", "integrationSubtype": "SQS-SendMessage"}},
            "post": {KEY: {"type": "aws_proxy", "integrationSubtype": "S3-PutObject"}},
        }
    },
    "components": {"securitySchemes": {"AWS_IAM": {"x-amazon-apigateway-authtype": "awsSigv4"}}},
    "x-amazon-apigateway-cors": {"allowOrigins": [{"Fn::GetAtt": ["Site", "Url"]}]},
}
HTTP_API = HttpApi("HttpApi", "h", "0", "$default", HTTP_DOCUMENT, {("/", "GET"): "f"})
FUNCTIONS = {("/signed", "GET"): "f", ("/signed", "PUT"): "f"}
API = RestApi(
    "Api", "a", "0", "Prod", {"paths": PATHS, "securityDefinitions": DEFINITIONS}, FUNCTIONS
)


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
        resource("Domain", "AWS::ApiGateway::DomainName"),
        resource("Table", "AWS::DynamoDB::Table"),
    ),
    {},
)


def test_every_limitation_has_a_line() -> None:
    assert list(limitations(APPLICATION, lambda _: ["is not run: why"])) == [
        "Node is not run: why.",
        (
            "GET /foreign: no function of this stack is behind it (arn:of:another); "
            "it is answered with 500."
        ),
        "GET /private: its integration is in a private network; it is answered with 501.",
        "PUT /proxy: integrations of type WEIRD are answered with 501.",
        "GET /queue: it calls AWS without a role, which AWS refuses; here it is the account.",
        "GET /: AWS refuses its mapping to the reserved header X-Amz-Date.",
        "POST /: there is no integration subtype S3-PutObject; it is answered with 501.",
        "PUT /: it calls AWS without a role, which AWS refuses; here it is the account.",
        (
            "HttpApi: what its document has at /x-amazon-apigateway-cors/allowOrigins/0 cannot be "
            "resolved here."
        ),
        "Inline is not run: its code is not in this folder.",
        "Stageless is not served: the stack makes no stage or no method of it.",
        "Http is not served: the stack makes no stage or no route of it.",
        (
            "Domain is not served: APIs are at their own paths, below their stages, and at their "
            "own hosts."
        ),
    ]


def test_a_stream_that_runs_elsewhere_has_a_line() -> None:
    url = FunctionUrl("Teller", "t", "0", "$default", {}, {}, invoke_mode="RESPONSE_STREAM")
    apis = (url, replace(url, logical_id="Greeter", invoke_mode="BUFFERED"), API)
    assert list(unstreamed(replace(APPLICATION, apis=apis))) == [
        (
            "Teller: answers of its URL come when they are complete: functions that run where "
            "they are deployed do not stream here."
        )
    ]


def test_a_stack_without_any_says_nothing() -> None:
    plain = replace(APPLICATION, functions=(), apis=(), resources=())
    assert list(limitations(plain, lambda _: [])) == []


def test_what_is_in_front_of_functions_says_where_it_answers() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:0:loadbalancer/app/shop-balancer/0a1b"
    balancer = Resource(
        "Balancer", "AWS::ElasticLoadBalancingV2::LoadBalancer", arn, "CREATE_COMPLETE"
    )
    there = (balancer, resource("Cdn", "AWS::CloudFront::Distribution"))
    assert list(limitations(replace(APPLICATION, apis=(), resources=there), lambda _: [])) == [
        "Balancer answers at /_alb/shop-balancer/ of the AWS endpoint, not at its DNSName.",
        "Cdn is not served: its origins answer at their own addresses.",
    ]


def test_l18_more_reserved_concurrency_than_aws_grants_is_said() -> None:
    def lines(*reserved: int) -> list[str]:
        functions = tuple(replace(FUNCTION, reserved_concurrency=one) for one in reserved)
        application = replace(APPLICATION, functions=functions, apis=(), resources=())
        return list(limitations(application, lambda _: ()))

    assert lines(500, 400) == []
    assert lines(500, 401) == [
        (
            "The functions reserve 901 of the account's 1000 concurrent executions: "
            "AWS refuses to leave fewer than 100 to the others."
        )
    ]
