"""`visitplannr test-invoke`: the Test call of API Gateway's console, wherever the API is."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from visitplannr.backend.endpoint import Aws
from visitplannr.cli.local_api import RefusedError, ask
from visitplannr.cli.place import Place, PlaceError
from visitplannr.cli.suggestion import there_are
from visitplannr.deployment.deploy import read_back
from visitplannr.gateway.kinds import readers
from visitplannr.gateway.rest_api.method_test import MethodTest, MethodTester
from visitplannr.gateway.rest_api.routing import RestRouter
from visitplannr.gateway.stage import GatewaySettings
from visitplannr.model.application import RestApi
from visitplannr.runtime.remote import DeployedFunctions
from visitplannr.template.project import read_project
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.integrations import integration_calls
from visitplannr.up.report import routes_of

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_apigateway.type_defs import TestInvokeMethodRequestTypeDef


def run_test_invoke(place: Place, test: MethodTest, *, as_json: bool) -> int:
    """Print status, latency, headers, body and log; return 1 for a status of 500 or more.

    The running `up` tests the source; elsewhere what is deployed is tested, on AWS by AWS.

    Raises:
        PlaceError: there is no such method, or nobody answers.
    """
    if place.url:
        result = _by_gateway(place, place.url, test)
    elif isinstance(place.backend, Aws):
        result = _by_aws(place, test)
    else:
        result = _by_mirror(place, test)
    if as_json:
        sys.stdout.write(f"{json.dumps(result)}\n")
    else:
        sys.stdout.write(_shown(result))
    return 1 if result["status"] >= 500 else 0


def _by_gateway(place: Place, url: str, test: MethodTest) -> Mapping[str, Any]:
    wanted = {"method": test.method, "path": test.path, "headers": test.headers, "body": test.body}
    try:
        found: Mapping[str, Any] = ask(url, "test-invoke", wanted)
    except RefusedError as error:
        raise _not_tested(test, f"{error}{_what_there_is(place, test)}") from error
    return found


def _what_there_is(place: Place, test: MethodTest) -> str:
    """Name the methods of REST APIs, and one that is like the wanted one."""
    read = read_back(place.backend, read_project(place.template), place.stack_name, readers())
    rest = replace(read, apis=tuple(api for api in read.apis if isinstance(api, RestApi)))
    routes = [f"{method} {path}" for method, path, _ in routes_of(rest)]
    return f"; {there_are(routes, f'{test.method} {test.path}')}"


def _by_mirror(place: Place, test: MethodTest) -> Mapping[str, Any]:
    api, located = _located(place, test)
    functions = DeployedFunctions(place.backend.invoking_client(), in_daemon_thread)
    settings = GatewaySettings(call=integration_calls(place.backend))
    return asdict(asyncio.run(MethodTester(api, functions.invoke, settings).run(located)))


def _by_aws(place: Place, test: MethodTest) -> Mapping[str, Any]:
    api, located = _located(place, test)
    try:
        return call_aws(place.backend.client("apigateway"), api.api_id, located)
    except (BotoCoreError, ClientError) as error:
        raise _not_tested(test, error) from error


def _located(place: Place, test: MethodTest) -> tuple[RestApi, MethodTest]:
    """Find the REST API that has the method, and the resource that the path is of."""
    application = read_back(
        place.backend, read_project(place.template), place.stack_name, readers()
    )
    for api in application.apis:
        if not isinstance(api, RestApi):
            continue
        if match := RestRouter(api).match(test.request()):
            return api, replace(test, resource=match.route.resource)
    why = "no REST API has such a resource and method"
    raise _not_tested(test, f"{why}{_what_there_is(place, test)}")


def call_aws(client: "APIGatewayClient", api_id: str, test: MethodTest) -> Mapping[str, Any]:
    """Let API Gateway itself make the Test call; errors are botocore's."""
    pages = client.get_paginator("get_resources").paginate(restApiId=api_id)
    ids = {item["path"]: item["id"] for page in pages for item in page["items"]}
    request: TestInvokeMethodRequestTypeDef = {
        "restApiId": api_id,
        "resourceId": ids[test.resource or ""],
        "httpMethod": test.method,
        "pathWithQueryString": test.path,
        "headers": dict(test.headers),
    }
    if test.body is not None:
        request["body"] = test.body
    found = client.test_invoke_method(**request)
    kept = ("status", "latency", "body", "headers", "log")
    return {name: found.get(name) for name in kept}


def _not_tested(test: MethodTest, why: object) -> PlaceError:
    return PlaceError(f"{test.method} {test.path} cannot be tested: {why}")


def _shown(result: Mapping[str, Any]) -> str:
    headers = "".join(f"  {name}: {value}\n" for name, value in result["headers"].items())
    return (
        f"Status   {result['status']}\n"
        f"Latency  {result['latency']} ms\n"
        f"Response headers\n{headers}"
        f"Response body\n  {result['body']}\n\n"
        f"Log\n{result['log'].rstrip()}\n"
    )
