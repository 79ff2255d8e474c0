"""APIs read from a resolved stack: stages, limits, keys, variables."""

from typing import Any

import pytest
from visitplannr.gateway.http_api.reading import read as read_http_apis
from visitplannr.gateway.rest_api.reading import read as read_rest_apis
from visitplannr.model.application import HttpApi, RestApi, Throttle, UsagePlan
from visitplannr.model.stack import Declared, ResolvedStack

URI = "arn:aws:lambda:eu-west-1:1:function:f-1"
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "paths": {
        "/a": {"get": {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": URI}}}
    },
    "components": {
        "securitySchemes": {
            "Guard": {"x-amazon-apigateway-authorizer": {"authorizerUri": URI}},
            "Foreign": {"x-amazon-apigateway-authorizer": {"authorizerUri": f"{URI}-of-others"}},
            "Tokens": {"x-amazon-apigateway-authorizer": {"type": "jwt"}},
        }
    },
}
BINARY = "x-amazon-apigateway-binary-media-types"


def stack(**declared: tuple[str, dict[str, Any]]) -> ResolvedStack:
    """Make a stack whose physical ids are the logical ids in lower case, and one function."""
    resources = {"F": ("AWS::Lambda::Function", {}), **declared}
    return ResolvedStack(
        "shop",
        "eu-west-1",
        "1",
        declared={name: Declared(*one) for name, one in resources.items()},
        physical_ids={**{name: name.lower() for name in resources}, "F": "f-1"},
        api_keys={"plan": {"secret": "key-1"}},
    )


def rest(api: dict[str, Any], stage: dict[str, Any], **more: Any) -> RestApi:
    (found,) = read_rest_apis(
        stack(
            Api=("AWS::ApiGateway::RestApi", {"Body": DOCUMENT, **api}),
            Stage=("AWS::ApiGateway::Stage", {"RestApiId": "api", "StageName": "live", **stage}),
            **more,
        )
    )
    return found


def http(stage: dict[str, Any]) -> HttpApi:
    (found,) = read_http_apis(
        stack(
            Api=("AWS::ApiGatewayV2::Api", {"Body": DOCUMENT}),
            Stage=("AWS::ApiGatewayV2::Stage", {"ApiId": "api", "StageName": "$default", **stage}),
        )
    )
    return found


def test_an_api_is_read_with_its_stage() -> None:
    shared: dict[str, Any] = {
        "logical_id": "Api",
        "api_id": "api",
        "account_id": "1",
        "document": DOCUMENT,
        "integrations": {("/a", "GET"): "f-1"},
        "authorizers": {"Guard": "f-1"},
        "region": "eu-west-1",
        "stage_variables": {"colour": "blue"},
    }
    variables = {"colour": "blue"}
    assert rest({}, {"Variables": variables}) == RestApi(stage="live", **shared)
    assert http({"StageVariables": variables}) == HttpApi(stage="$default", **shared)


SETTINGS: list[Any] = [
    pytest.param("/~1users~1{id}", "GET", "/users/{id}/GET", id="a method"),
    pytest.param("/*", "*", "*/*", id="the stage"),
    pytest.param("/", "POST", "//POST", id="the root"),
]


@pytest.mark.parametrize(("path", "method", "place"), SETTINGS)
def test_limits_of_methods_are_read(path: str, method: str, place: str) -> None:
    limits = {"ThrottlingRateLimit": "1.5", "ThrottlingBurstLimit": 2}
    setting = {"ResourcePath": path, "HttpMethod": method}
    unlimited = {"ResourcePath": "/~1b", "HttpMethod": "GET", "ThrottlingRateLimit": -1}
    api = rest({}, {"MethodSettings": [{**setting, **limits}, unlimited]})
    assert api.throttles == {place: Throttle(1.5, 2)}


def test_limits_of_routes_are_read() -> None:
    limits = {"ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 2}
    routes = {"GET /users": limits, "$default": limits, "GET /open": {}}
    api = http({"DefaultRouteSettings": limits, "RouteSettings": routes})
    assert set(api.throttles) == {"*/*", "/users/GET", "$default/ANY"}


def test_binary_media_types_are_read_from_both_places() -> None:
    document = {**DOCUMENT, BINARY: ["image/png"]}
    api = rest({"Body": document, "BinaryMediaTypes": ["image~1png", "a~1b"]}, {})
    assert api.binary_media_types == ("image/png", "a/b")


@pytest.mark.parametrize(("stage", "there"), [("live", True), ("other", False)])
def test_a_stage_has_the_usage_plans_that_are_for_it(stage: str, there: bool) -> None:
    plan = {
        "ApiStages": [{"ApiId": "api", "Stage": stage}],
        "Quota": {"Limit": "2", "Period": "DAY"},
        "Throttle": {"RateLimit": 3, "BurstLimit": 4},
    }
    api = rest({}, {}, Plan=("AWS::ApiGateway::UsagePlan", plan))
    expected = UsagePlan("plan", {"secret": "key-1"}, Throttle(3.0, 4), 2, "DAY")
    assert api.usage_plans == ((expected,) if there else ())


def test_what_nobody_knows_of_an_api_is_left_out() -> None:
    unknown = {"Fn::ImportValue": "x"}
    plan = {"ApiStages": [{"ApiId": "api", "Stage": "live"}, unknown], "Quota": {"Limit": unknown}}
    api = rest(
        {},
        {"MethodSettings": unknown},
        Plan=("AWS::ApiGateway::UsagePlan", plan),
        Other=("AWS::ApiGateway::UsagePlan", {"ApiStages": unknown}),
    )
    assert api.throttles == {}
    assert [plan.quota for plan in api.usage_plans] == [None]
    limits = {"ThrottlingRateLimit": unknown, "ThrottlingBurstLimit": 1}
    assert http({"DefaultRouteSettings": limits}).throttles == {}


def test_an_api_without_a_stage_or_a_document_is_not_served() -> None:
    found = stack(
        Stageless=("AWS::ApiGateway::RestApi", {"Body": DOCUMENT}),
        Bodiless=("AWS::ApiGateway::RestApi", {}),
        Stage=("AWS::ApiGateway::Stage", {"RestApiId": "bodiless", "StageName": "live"}),
        WebSocket=("AWS::ApiGatewayV2::Api", {"ProtocolType": "WEBSOCKET"}),
        SocketStage=("AWS::ApiGatewayV2::Stage", {"ApiId": "websocket", "StageName": "live"}),
    )
    assert [*read_rest_apis(found), *read_http_apis(found)] == []


@pytest.mark.parametrize(
    ("read", "api", "stage", "owner"),
    [
        (read_rest_apis, "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage", "RestApiId"),
        (read_http_apis, "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "ApiId"),
    ],
)
def test_an_import_puts_account_partition_and_region_into_a_document(
    read: Any, api: str, stage: str, owner: str
) -> None:
    place = "${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}"
    integration = {"type": "aws_proxy", "uri": f"arn:{place}:function:f-1"}
    operation = {"x-amazon-apigateway-integration": integration, "tags": ["${AWS::StackName}"]}
    body = {**DOCUMENT, "paths": {"/a": {"get": operation}}}
    (found,) = read(
        stack(Api=(api, {"Body": body}), Stage=(stage, {owner: "api", "StageName": "live"}))
    )
    made = found.document["paths"]["/a"]["get"]
    assert made["x-amazon-apigateway-integration"]["uri"] == URI
    assert made["tags"] == ["${AWS::StackName}"]
