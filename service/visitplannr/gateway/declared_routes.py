"""Routes that are put together of ApiGatewayV2's resources, as an OpenAPI document has them.

HTTP and WebSocket APIs declare them alike: `Route`, `Integration`, `Authorizer`, `Stage`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from visitplannr.gateway.declared import (
    INTEGRATION,
    Properties,
    further_stages,
    mapping,
    objects,
    parts_of,
    with_small_initials,
)
from visitplannr.model.application import Api
from visitplannr.model.integrations import authorizer_functions, functions_behind
from visitplannr.model.stack import ResolvedStack

API = "ApiId"
ROUTE = "AWS::ApiGatewayV2::Route"
AUTHORIZERS = "AWS::ApiGatewayV2::Authorizer"
IAM = "aws_iam"
"""The name of the scheme that asks for signed requests."""
_STAGE = "AWS::ApiGatewayV2::Stage"
A = TypeVar("A", bound=Api)


def first_stage(stack: ResolvedStack, api_id: str) -> Properties | None:
    """Choose the stage of an API that is served."""
    return next((stage for _, stage in parts_of(stack, _STAGE, API, api_id)), None)


def stage_as(
    kind: type[A],
    stack: ResolvedStack,
    logical_id: str,
    stage: Properties,
    document: Mapping[str, Any],
) -> A:
    """Make a stage of an API with what both kinds have."""
    api_id, variables = stack.physical_ids[logical_id], mapping(stage.get("StageVariables"))
    return kind(
        logical_id=logical_id,
        api_id=api_id,
        account_id=stack.account_id,
        stage=str(stage.get("StageName", "")),
        document=document,
        integrations=functions_behind(stack, document, variables),
        authorizers=authorizer_functions(stack, document, variables),
        region=stack.region,
        stage_variables=variables,
        further_stages=further_stages(stack, _STAGE, API, api_id),
    )


def operations(stack: ResolvedStack, api_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the keys of an API's routes, and what a document has for each."""
    integrations = {
        stack.physical_ids[logical_id]: _integration(given)
        for logical_id, given in parts_of(stack, "AWS::ApiGatewayV2::Integration", API, api_id)
    }
    names = {
        stack.physical_ids[logical_id]: logical_id
        for logical_id, _ in parts_of(stack, AUTHORIZERS, API, api_id)
    }
    for _, given in parts_of(stack, ROUTE, API, api_id):
        target = str(given.get("Target", "")).removeprefix("integrations/")
        operation: dict[str, Any] = {INTEGRATION: integrations.get(target, {})}
        if security := _security(given, names):
            operation["security"] = [security]
        yield str(given.get("RouteKey", "")), operation


def _security(given: Properties, names: Mapping[str, str]) -> Mapping[str, list[Any]]:
    if str(given.get("AuthorizationType", "")).upper() == "AWS_IAM":
        return {IAM: []}
    authorizer, scopes = given.get("AuthorizerId"), given.get("AuthorizationScopes")
    if not isinstance(authorizer, str) or authorizer not in names:
        return {}
    return {names[authorizer]: scopes if isinstance(scopes, list) else []}


def _integration(given: Properties) -> dict[str, Any]:
    made = with_small_initials(
        given,
        "ConnectionType",
        "IntegrationSubtype",
        "PayloadFormatVersion",
        "RequestParameters",
        "TimeoutInMillis",
    )
    named = {
        "type": str(given.get("IntegrationType", "none")).lower(),
        "uri": given.get("IntegrationUri"),
        "httpMethod": given.get("IntegrationMethod"),
        "credentials": given.get("CredentialsArn"),
    }
    responses = {
        str(status): _response_parameters(given)
        for status, given in mapping(given.get("ResponseParameters")).items()
    }
    answers = {"responseParameters": responses} if responses else {}
    return {**made, **{name: value for name, value in named.items() if value}, **answers}


def _response_parameters(given: Any) -> dict[str, Any]:
    """Read {"ResponseParameters": [{"Destination": …, "Source": …}]}, or what is plain."""
    listed = objects(mapping(given).get("ResponseParameters"))
    if not listed:
        return dict(mapping(given))
    return {str(one.get("Destination", "")): one.get("Source") for one in listed}
