"""HTTP APIs of plain CloudFormation: quick create, or routes with their integrations."""

from typing import Any

import pytest
from gateway.declarations import (
    ANY,
    API,
    KEY,
    URI,
    method,
    operation,
    part,
    resource,
    rest,
    stack,
)
from gateway.integrated import Behind, header_of, request
from visitplannr.gateway.http_api.notices import notices as http_notices
from visitplannr.gateway.http_api.reading import read as read_http_apis
from visitplannr.gateway.rest_api.notices import notices as rest_notices
from visitplannr.gateway.rest_api.stage import RestStage
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import HttpApi

FUNCTION = {"Fn::GetAtt": ["F", "Arn"]}


def http_part(kind: str, **properties: Any) -> dict[str, Any]:
    return resource(f"ApiGatewayV2::{kind}", ApiId=API, **properties)


def http(**resources: Any) -> HttpApi:
    made = {
        "Api": resource("ApiGatewayV2::Api", Name="a", ProtocolType="HTTP"),
        "Stage": http_part("Stage", StageName="$default"),
    }
    (api,) = read_http_apis(stack(**{**made, **resources}))
    return api


@pytest.mark.parametrize(
    ("target", "key", "integration", "function"),
    [
        (FUNCTION, None, {"type": "aws_proxy", "payloadFormatVersion": "2.0"}, "F"),
        ("https://a.example/x", "GET /x", {"type": "http_proxy", "httpMethod": "ANY"}, None),
    ],
)
def test_a_quick_create_has_a_route_and_a_stage(
    target: Any, key: str | None, integration: dict[str, str], function: str | None
) -> None:
    route = {"RouteKey": key} if key else {}
    (api,) = read_http_apis(
        stack(Api=resource("ApiGatewayV2::Api", ProtocolType="HTTP", Target=target, **route))
    )
    path, verb = ("/x", "get") if key else ("$default", ANY)
    made = operation(api, path, verb)[KEY]
    assert (api.stage, integration.items() <= made.items()) == ("$default", True)
    assert list(api.integrations.values()) == ([function] if function else [])


def test_routes_and_their_integrations() -> None:
    api = http(
        Proxy=http_part(
            "Integration",
            IntegrationType="AWS_PROXY",
            IntegrationUri=FUNCTION,
            PayloadFormatVersion="2.0",
            TimeoutInMillis=100,
        ),
        Queue=http_part(
            "Integration",
            IntegrationType="AWS_PROXY",
            IntegrationSubtype="SQS-SendMessage",
            CredentialsArn="arn:role",
            RequestParameters={"QueueUrl": "q"},
            ResponseParameters={
                "200": {"ResponseParameters": [{"Destination": "append:header.x", "Source": "1"}]}
            },
        ),
        Get=http_part(
            "Route",
            RouteKey="GET /a/{id}",
            Target={"Fn::Join": ["", ["integrations/", {"Ref": "Proxy"}]]},
        ),
        All=http_part(
            "Route",
            RouteKey="ANY /b",
            Target={"Fn::Join": ["/", ["integrations", {"Ref": "Queue"}]]},
        ),
        Rest=http_part("Route", RouteKey="$default", Target={"Fn::Sub": "integrations/${Proxy}"}),
    )
    assert operation(api, "/a/{id}", "get")[KEY] == {
        "type": "aws_proxy",
        "uri": "arn:aws:lambda:us-east-1:123456789012:function:F",
        "payloadFormatVersion": "2.0",
        "timeoutInMillis": 100,
    }
    assert operation(api, "/b", ANY)[KEY] == {
        "type": "aws_proxy",
        "integrationSubtype": "SQS-SendMessage",
        "credentials": "arn:role",
        "requestParameters": {"QueueUrl": "q"},
        "responseParameters": {"200": {"append:header.x": "1"}},
    }
    assert api.integrations == {("/a/{id}", "GET"): "F", ("$default", "ANY"): "F"}


def test_authorizers_and_cors_of_an_http_api() -> None:
    cors = {"AllowOrigins": ["*"], "AllowCredentials": "true", "MaxAge": 5}
    api = http(
        Api=resource("ApiGatewayV2::Api", ProtocolType="HTTP", CorsConfiguration=cors),
        Tokens=http_part(
            "Authorizer",
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Audience": ["a"], "Issuer": "https://i"},
        ),
        Guard=http_part(
            "Authorizer",
            AuthorizerType="REQUEST",
            AuthorizerUri=URI,
            AuthorizerPayloadFormatVersion="2.0",
            EnableSimpleResponses="true",
        ),
        Proxy=http_part("Integration", IntegrationType="AWS_PROXY", IntegrationUri=FUNCTION),
        Get=http_part(
            "Route",
            RouteKey="GET /a",
            Target={"Fn::Sub": "integrations/${Proxy}"},
            AuthorizationType="JWT",
            AuthorizerId={"Ref": "Tokens"},
            AuthorizationScopes=["read"],
        ),
        Put=http_part(
            "Route",
            RouteKey="PUT /a",
            AuthorizationType="CUSTOM",
            AuthorizerId={"Fn::GetAtt": ["Guard", "AuthorizerId"]},
        ),
        Post=http_part("Route", RouteKey="POST /a", AuthorizationType="AWS_IAM"),
    )
    assert operation(api, "/a", "get")["security"] == [{"Tokens": ["read"]}]
    assert operation(api, "/a", "put")["security"] == [{"Guard": []}]
    assert operation(api, "/a", "post")["security"] == [{"aws_iam": []}]
    schemes = api.document["components"]["securitySchemes"]
    assert schemes["Tokens"]["x-amazon-apigateway-authorizer"] == {
        "type": "jwt",
        "identitySource": ["$request.header.Authorization"],
        "enableSimpleResponses": False,
        "jwtConfiguration": {"audience": ["a"], "issuer": "https://i"},
    }
    assert schemes["Guard"]["x-amazon-apigateway-authorizer"]["enableSimpleResponses"] is True
    assert api.authorizers == {"Guard": "F"}
    assert api.document["x-amazon-apigateway-cors"] == {
        "allowOrigins": ["*"],
        "allowCredentials": True,
        "maxAge": 5,
    }


@pytest.mark.parametrize(
    "api",
    [
        pytest.param({"ProtocolType": "WEBSOCKET", "Target": FUNCTION}, id="WebSocket"),
        pytest.param({"ProtocolType": "HTTP"}, id="no route"),
    ],
)
def test_what_is_no_http_api_that_can_be_called(api: dict[str, Any]) -> None:
    made = resource("ApiGatewayV2::Api", **api)
    stage = http_part("Stage", StageName="$default")
    assert list(read_http_apis(stack(Api=made, Stage=stage))) == []


def test_stages_after_the_first_are_named() -> None:
    api = rest(Get=method("GET"), Other=part("Stage", StageName="q"))
    assert (api.stage, api.further_stages) == ("p", ("q",))
    assert "Api: of its stages only p is served, not q" in rest_notices(api)
    proxy = http_part("Integration", IntegrationType="AWS_PROXY", IntegrationUri=FUNCTION)
    route = http_part("Route", RouteKey="GET /a", Target={"Fn::Sub": "integrations/${Proxy}"})
    staged = http(Proxy=proxy, Get=route, Other=http_part("Stage", StageName="v2"))
    assert "Api: of its stages only $default is served, not v2" in http_notices(staged)


async def test_a_preflight_as_cdk_writes_it() -> None:
    integration = {
        "Type": "MOCK",
        "RequestTemplates": {"application/json": "{ statusCode: 204 }"},
        "IntegrationResponses": [
            {
                "StatusCode": "204",
                "ResponseParameters": {"method.response.header.Access-Control-Allow-Origin": "'*'"},
            }
        ],
    }
    api = rest(Preflight=method("OPTIONS", Integration=integration))
    asked = request("OPTIONS", "/")
    stage = RestStage(api, Behind().invoke, GatewaySettings())
    answer = (await stage.handle(asked, stage.router.match(asked))).response
    assert answer.status == 204
    assert header_of(answer.headers, "access-control-allow-origin") == "*"
