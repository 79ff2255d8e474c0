"""Parts of APIs as plain CloudFormation declares them."""

from typing import Any

from visitplannr.gateway.rest_api.reading import read as read_rest_apis
from visitplannr.model.application import HttpApi, RestApi
from visitplannr.model.stack import ResolvedStack
from visitplannr.template.made_up import made_up
from visitplannr.template.resolution import resolve_stack

KEY = "x-amazon-apigateway-integration"


ANY = "x-amazon-apigateway-any-method"


ROOT = {"Fn::GetAtt": ["Api", "RootResourceId"]}


API = {"Ref": "Api"}


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


def operation(api: RestApi | HttpApi, path: str, key: str) -> Any:
    return api.document["paths"][path][key]
