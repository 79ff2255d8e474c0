"""APIs of plain CloudFormation become the documents that OpenAPI would have of them."""

from typing import Any

import pytest
from gateway.integrated import Behind, header_of, request
from visitplannr.gateway.http_api.notices import notices as http_notices
from visitplannr.gateway.http_api.reading import read as read_http_apis
from visitplannr.gateway.rest_api.notices import notices as rest_notices
from visitplannr.gateway.rest_api.reading import read as read_rest_apis
from visitplannr.gateway.rest_api.stage import RestStage
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import HttpApi, RestApi, Throttle
from visitplannr.model.stack import ResolvedStack
from visitplannr.template.made_up import made_up
from visitplannr.template.resolution import resolve_stack

KEY = "x-amazon-apigateway-integration"
ANY = "x-amazon-apigateway-any-method"
ROOT = {"Fn::GetAtt": ["Api", "RootResourceId"]}
API = {"Ref": "Api"}
FUNCTION = {"Fn::GetAtt": ["F", "Arn"]}
URI = {
    "Fn::Sub": (
        "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
    )
}
PROXY = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": URI}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def stack(**resources: Any) -> ResolvedStack:
    function = resource("Lambda::Function", Runtime="python3.13", Handler="a.b")
    template = {"Resources": {"F": function, **resources}}
    known = made_up(template, stack_name="plain", region="us-east-1")
    return resolve_stack(template, known)


def method(verb: str, at: Any = ROOT, **properties: Any) -> dict[str, Any]:
    given = {"RestApiId": API, "ResourceId": at, "HttpMethod": verb, "Integration": PROXY}
    return resource("ApiGateway::Method", **{**given, **properties})


def part(kind: str, **properties: Any) -> dict[str, Any]:
    return resource(f"ApiGateway::{kind}", RestApiId=API, **properties)


def rest(**resources: Any) -> RestApi:
    made = {"Api": resource("ApiGateway::RestApi", Name="a"), "Stage": part("Stage", StageName="p")}
    (api,) = read_rest_apis(stack(**{**made, **resources}))
    return api


def http_part(kind: str, **properties: Any) -> dict[str, Any]:
    return resource(f"ApiGatewayV2::{kind}", ApiId=API, **properties)


def http(**resources: Any) -> HttpApi:
    made = {
        "Api": resource("ApiGatewayV2::Api", Name="a", ProtocolType="HTTP"),
        "Stage": http_part("Stage", StageName="$default"),
    }
    (api,) = read_http_apis(stack(**{**made, **resources}))
    return api


def operation(api: RestApi | HttpApi, path: str, key: str) -> Any:
    return api.document["paths"][path][key]


def test_methods_of_nested_resources_are_paths() -> None:
    api = rest(
        Users=part("Resource", ParentId=ROOT, PathPart="users"),
        User=part("Resource", ParentId={"Ref": "Users"}, PathPart="{id}"),
        Pets=part("Resource", ParentId={"Fn::GetAtt": ["User", "ResourceId"]}, PathPart="{pets+}"),
        Get=method("get"),
        Put=method("PUT", {"Ref": "User"}),
        All=method("ANY", {"Ref": "Pets"}),
    )
    assert {path: set(found) for path, found in api.document["paths"].items()} == {
        "/": {"get"},
        "/users/{id}": {"put"},
        "/users/{id}/{pets+}": {ANY},
    }
    assert api.integrations == {
        ("/", "GET"): "F",
        ("/users/{id}", "PUT"): "F",
        ("/users/{id}/{pets+}", "ANY"): "F",
    }


@pytest.mark.parametrize("other", [{"RestApiId": "another"}, {"RestApiId": {"Ref": "Nobody"}}])
def test_parts_of_other_apis_are_left_out(other: dict[str, Any]) -> None:
    api = rest(Get=method("GET"), Theirs=method("PUT", **other))
    assert set(api.document["paths"]["/"]) == {"get"}


def test_resources_in_a_circle_end() -> None:
    api = rest(
        A=part("Resource", ParentId={"Ref": "B"}, PathPart="a"),
        B=part("Resource", ParentId={"Ref": "A"}, PathPart="b"),
        Get=method("GET", {"Ref": "A"}),
    )
    assert api.integrations


INTEGRATION = {
    "Type": "AWS",
    "IntegrationHttpMethod": "POST",
    "Uri": "arn:aws:apigateway:us-east-1:sqs:path/q",
    "Credentials": "arn:role",
    "PassthroughBehavior": "NEVER",
    "ContentHandling": "CONVERT_TO_TEXT",
    "TimeoutInMillis": 5000,
    "RequestParameters": {"integration.request.header.X": "'1'"},
    "RequestTemplates": {"application/json": "t"},
    "IntegrationResponses": [
        {"StatusCode": 200, "ResponseTemplates": {"application/json": "r"}},
        {"StatusCode": "404", "SelectionPattern": "4..", "ResponseParameters": {"a": "b"}},
    ],
}


def test_an_integration_is_what_openapi_says_of_it() -> None:
    api = rest(Get=method("GET", Integration=INTEGRATION))
    assert operation(api, "/", "get")[KEY] == {
        "type": "aws",
        "httpMethod": "POST",
        "uri": "arn:aws:apigateway:us-east-1:sqs:path/q",
        "credentials": "arn:role",
        "passthroughBehavior": "NEVER",
        "contentHandling": "CONVERT_TO_TEXT",
        "timeoutInMillis": 5000,
        "requestParameters": {"integration.request.header.X": "'1'"},
        "requestTemplates": {"application/json": "t"},
        "responses": {
            "default": {"statusCode": 200, "responseTemplates": {"application/json": "r"}},
            "4..": {"statusCode": "404", "responseParameters": {"a": "b"}},
        },
    }


def test_authorizers_keys_validators_models_and_responses() -> None:
    api = rest(
        Guard=part(
            "Authorizer",
            Type="TOKEN",
            AuthorizerUri=URI,
            IdentitySource="method.request.header.X-Token",
            AuthorizerResultTtlInSeconds=0,
        ),
        Pool=part("Authorizer", Type="COGNITO_USER_POOLS", ProviderARNs=["arn:pool"]),
        Valid=part("RequestValidator", ValidateRequestBody="true", ValidateRequestParameters=True),
        Pet=part("Model", Name="Pet", Schema='{"type": "string"}'),
        User=part(
            "Model",
            Name="User",
            Schema={"items": {"$ref": "https://apigateway.amazonaws.com/restapis/x/models/Pet"}},
        ),
        Denied=part("GatewayResponse", ResponseType="ACCESS_DENIED", StatusCode="404"),
        Get=method("GET", AuthorizationType="CUSTOM", AuthorizerId={"Ref": "Guard"}),
        Put=method(
            "PUT",
            AuthorizationType="COGNITO_USER_POOLS",
            AuthorizerId={"Fn::GetAtt": ["Pool", "AuthorizerId"]},
            AuthorizationScopes=["read"],
            ApiKeyRequired="true",
        ),
        Post=method(
            "POST",
            AuthorizationType="AWS_IAM",
            RequestValidatorId={"Ref": "Valid"},
            RequestParameters={
                "method.request.querystring.page": True,
                "method.request.header.X-A": "false",
            },
            RequestModels={"application/json": "User"},
        ),
    )
    document = api.document
    assert operation(api, "/", "get")["security"] == [{"Guard": []}]
    assert operation(api, "/", "put")["security"] == [{"Pool": ["read"]}, {"api_key": []}]
    assert operation(api, "/", "post")["security"] == [{"sigv4": []}]
    assert operation(api, "/", "post")["x-amazon-apigateway-request-validator"] == "Valid"
    assert operation(api, "/", "post")["parameters"] == [
        {"name": "page", "in": "query", "required": True, "type": "string"},
        {"name": "X-A", "in": "header", "required": False, "type": "string"},
        {"name": "User", "in": "body", "schema": {"$ref": "#/definitions/User"}},
    ]
    assert document["x-amazon-apigateway-request-validators"] == {
        "Valid": {"validateRequestBody": True, "validateRequestParameters": True}
    }
    assert document["definitions"]["User"] == {"items": {"$ref": "#/definitions/Pet"}}
    assert document["definitions"]["Pet"] == {"type": "string"}
    assert document["x-amazon-apigateway-gateway-responses"] == {
        "ACCESS_DENIED": {"statusCode": "404"}
    }
    guard = document["securityDefinitions"]["Guard"]
    assert guard["x-amazon-apigateway-authtype"] == "custom"
    assert guard["x-amazon-apigateway-authorizer"] == {
        "type": "token",
        "authorizerUri": guard["x-amazon-apigateway-authorizer"]["authorizerUri"],
        "identitySource": "method.request.header.X-Token",
        "authorizerResultTtlInSeconds": 0,
    }
    assert api.authorizers == {"Guard": "F"}
    pool = document["securityDefinitions"]["Pool"]
    assert pool["x-amazon-apigateway-authtype"] == "cognito_user_pools"


def test_the_key_source_and_the_stage_of_a_deployment() -> None:
    (api,) = read_rest_apis(
        stack(
            Api=resource("ApiGateway::RestApi", Name="a", ApiKeySourceType="AUTHORIZER"),
            Get=method("GET"),
            Deployment=part(
                "Deployment",
                StageName="live",
                StageDescription={
                    "Variables": {"colour": "blue"},
                    "ThrottlingRateLimit": 5,
                    "ThrottlingBurstLimit": 2,
                },
            ),
        )
    )
    assert (api.stage, api.stage_variables) == ("live", {"colour": "blue"})
    assert api.throttles == {"*/*": Throttle(5.0, 2)}
    assert api.document["x-amazon-apigateway-api-key-source"] == "AUTHORIZER"


def test_methods_beside_a_body_are_served_too() -> None:
    body = {"swagger": "2.0", "paths": {"/": {"get": {}}, "/b": {"get": {}}}}
    api = rest(
        Api=resource("ApiGateway::RestApi", Body=body),
        Put=method("PUT"),
        Denied=part("GatewayResponse", ResponseType="ACCESS_DENIED", StatusCode=404),
    )
    assert {path: set(found) for path, found in api.document["paths"].items()} == {
        "/": {"get", "put"},
        "/b": {"get"},
    }
    assert "ACCESS_DENIED" in api.document["x-amazon-apigateway-gateway-responses"]


@pytest.mark.parametrize(
    "resources",
    [
        pytest.param({"Get": method("GET")}, id="no stage"),
        pytest.param({"Stage": part("Stage", StageName="p")}, id="no method"),
        pytest.param({"Get": method("GET"), "D": part("Deployment")}, id="no name of a stage"),
    ],
)
def test_a_rest_api_that_nobody_can_call_is_none(resources: dict[str, Any]) -> None:
    api = resource("ApiGateway::RestApi", Name="a")
    assert list(read_rest_apis(stack(Api=api, **resources))) == []


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
