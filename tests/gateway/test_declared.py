"""APIs of plain CloudFormation become the documents that OpenAPI would have of them."""

from typing import Any

import pytest
from gateway.declarations import (
    ANY,
    KEY,
    ROOT,
    URI,
    method,
    operation,
    part,
    resource,
    rest,
    stack,
)
from visitplannr.gateway.rest_api.reading import read as read_rest_apis
from visitplannr.model.application import Throttle


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
