"""What the stack consists of, and what leads to what: routes to functions to tables."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from visitplannr.console.samples import sample_of
from visitplannr.gateway.kinds import KINDS, Kinds
from visitplannr.model.application import Api, Application, Function, Resource
from visitplannr.model.routes import DEFAULT, Route, routes_in
from visitplannr.model.secrets import SECRETS, Secrets

_PARAMETER = re.compile(r"\{([^}+]+)\+?\}")


def overview(
    application: Application,
    permissions: Mapping[str, Any],
    folder: Path,
    kinds: Kinds = KINDS,
    secrets: Secrets = SECRETS,
) -> dict[str, Any]:
    """Describe the stack as JSON; `permissions` maps functions' logical ids to their roles.

    Code within `folder` is named by its place there.
    """
    functions = application.functions
    return {
        "stack": application.stack_name,
        "region": application.region,
        "account": application.account_id,
        "routes": [
            {"kind": kinds[type(api)].label, **described}
            for api in application.apis
            for described in _routes(api, functions, kinds[type(api)].prefix(api))
        ],
        "functions": [
            {
                **_function(function, application, permissions.get(function.logical_id), secrets),
                "code": _place(function.code, folder),
            }
            for function in functions
        ],
        "tables": [resource.logical_id for resource in tables_of(application)],
        "resources": [
            {
                "logicalId": resource.logical_id,
                "type": resource.type,
                "physicalId": resource.physical_id,
                "status": resource.status,
            }
            for resource in application.resources
        ],
        "outputs": application.outputs,
    }


def tables_of(application: Application) -> list[Resource]:
    """List the stack's DynamoDB tables."""
    return [item for item in application.resources if item.type == "AWS::DynamoDB::Table"]


def _routes(api: Api, functions: tuple[Function, ...], prefix: str) -> Iterator[dict[str, Any]]:
    names = {function.name: function.logical_id for function in functions}
    for route in routes_in(api.document):
        name = api.integrations.get((route.resource, route.method), "")
        yield {
            "api": api.logical_id,
            "stage": api.stage,
            "method": route.method,
            "resource": prefix + ("/" if route.resource == DEFAULT else route.resource),
            "target": names.get(name),
            "integration": route.integration_type,
            "parameters": _PARAMETER.findall(route.resource),
            "guards": _guards(route),
            "sample": sample_of(route, api.document),
        }


def _place(code: Path, folder: Path) -> str:
    return str(code.relative_to(folder) if code.is_relative_to(folder) else code)


def _guards(route: Route) -> list[str]:
    return [name for security in route.operation.get("security") or [] for name in security]


def _function(
    function: Function, application: Application, permissions: Any, secrets: Secrets
) -> dict[str, Any]:
    return {
        "logicalId": function.logical_id,
        "name": function.name,
        "arn": function.arn,
        "runtime": function.runtime,
        "handler": function.handler,
        "timeout": function.timeout,
        "memory": function.memory,
        "reservedConcurrency": function.reserved_concurrency,
        "logGroup": function.log_group,
        "environment": secrets.variables(function.environment),
        "permissions": permissions,
        "tables": [
            table.logical_id
            for table in tables_of(application)
            if _uses(function, table, permissions)
        ],
    }


def _uses(function: Function, table: Resource, permissions: Any) -> bool:
    """Say whether a function is told of a table by a variable, or may use it."""
    allowed = [
        resource
        for policy in (permissions or {}).get("policies", ())
        for grant in policy["grants"] or ()
        for resource in grant["resources"]
    ]
    ends = f"table/{table.physical_id}"
    return table.physical_id in function.environment.values() or any(
        resource.endswith((ends, f"{ends}/*", f"{ends}/index/*")) for resource in allowed
    )
