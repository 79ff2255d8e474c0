"""Which function is behind a route or an authorizer of an API, by the ARN that its URI has."""

import re
from collections.abc import Mapping
from typing import Any

from visitplannr.model.routes import routes_in
from visitplannr.model.stack import ResolvedStack

_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")
# API Gateway's URI around a function's ARN ("x-amazon-apigateway-integration"); HTTP APIs take the
# bare ARN, too. What follows the function's name is an alias or a version.
_URI = re.compile(
    r"(?:arn:[\w-]+:apigateway:[\w-]+:lambda:path/[\d-]+/functions/)?"
    r"arn:[\w-]+:lambda:[\w-]*:\w*:function:(?P<name>[\w-]+)(?::[\w$-]+)?"
    r"(?:/(?:response-streaming-)?invocations)?"
)


def function_in(uri: Any, variables: Mapping[str, str]) -> str | None:
    """Give the name of the function that a resolved URI invokes; None if it invokes none.

    `variables` are the stage's: `${stageVariables.name}` stands for one.
    """
    if not isinstance(uri, str):
        return None
    text = _STAGE_VARIABLE.sub(lambda found: str(variables.get(found[1], found[0])), uri)
    match = _URI.fullmatch(text)
    return match["name"] if match else None


def functions_behind(
    stack: ResolvedStack, document: Mapping[str, Any], variables: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """Map (resource pattern, method or "ANY") to the physical name of the stack's function."""
    names = stack.function_names()
    found = {
        (route.resource, route.method): function_in(route.integration.get("uri"), variables)
        for route in routes_in(document)
    }
    return {place: name for place, name in found.items() if name in names}


def authorizer_functions(
    stack: ResolvedStack, document: Mapping[str, Any], variables: Mapping[str, str]
) -> dict[str, str]:
    """Map the names of an API's Lambda authorizers to the physical names of their functions."""
    names = stack.function_names()
    schemes = {
        **(document.get("securityDefinitions") or {}),
        **((document.get("components") or {}).get("securitySchemes") or {}),
    }
    found = {
        scheme: function_in(
            (definition.get("x-amazon-apigateway-authorizer") or {}).get("authorizerUri"), variables
        )
        for scheme, definition in schemes.items()
    }
    return {scheme: name for scheme, name in found.items() if name in names}
