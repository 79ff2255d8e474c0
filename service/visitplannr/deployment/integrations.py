"""Which function is behind which method of an API, read from its OpenAPI document."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

ANY = "x-amazon-apigateway-any-method"


def functions_behind(
    document: Mapping[str, Any], names: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """Map (resource pattern, method or "ANY") to a function's physical name.

    `names` maps logical ids to physical names. An integration's URI names its function in one of
    many ways (Fn::Sub, Fn::Join, an alias of SAM's, a literal ARN), so it is searched for either.
    """
    found = {}
    for resource, operations in document.get("paths", {}).items():
        for key, operation in operations.items():
            if not isinstance(operation, dict):
                continue
            uri = operation.get("x-amazon-apigateway-integration", {}).get("uri", "")
            if name := next(_named(uri, names), None):
                found[resource, "ANY" if key == ANY else key.upper()] = name
    return found


def authorizer_functions(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """Map the names of an API's Lambda authorizers to their functions' physical names."""
    components = document.get("components") or {}
    found = {}
    for authorizer, definition in {
        **(document.get("securityDefinitions") or {}),
        **(components.get("securitySchemes") or {}),
    }.items():
        settings = definition.get("x-amazon-apigateway-authorizer") or {}
        if name := next(_named(settings.get("authorizerUri", ""), names), None):
            found[authorizer] = name
    return found


def _named(uri: Any, names: Mapping[str, str]) -> Iterator[str]:
    for word in re.findall(r"[\w-]+", json.dumps(uri)):
        for logical_id, name in names.items():
            if word in {logical_id, name} or word.startswith(f"{logical_id}Alias"):
                yield name
