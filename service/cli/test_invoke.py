"""`visitplannr test-invoke`: the Test call of API Gateway's console, wherever the API is."""

import asyncio
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from service.backend.deployed_functions import DeployedFunctions
from service.backend.endpoint import Aws
from service.cli.place import Place, PlaceError
from service.deployment.deploy import read_back
from service.gateway.rest_api.routing import match_route
from service.gateway.rest_api.test_invoke import NotFoundError, TestCall, TestInvoke
from service.gateway.routing import Router

_SECONDS = 60


def run_test_invoke(place: Place, call: TestCall, *, as_json: bool) -> int:
    """Print status, latency, headers, body and log; return 1 for a status of 500 or more.

    The running `up` tests the source; elsewhere what is deployed is tested, on AWS by AWS.

    Raises:
        PlaceError: there is no such method, or nobody answers.
    """
    if place.url:
        result = _by_gateway(place.url, call)
    elif isinstance(place.backend, Aws):
        result = _by_aws(place, call)
    else:
        result = _by_mirror(place, call)
    if as_json:
        sys.stdout.write(f"{json.dumps(result)}\n")
    else:
        sys.stdout.write(_shown(result))
    return 1 if result["status"] >= 500 else 0


def _by_gateway(url: str, call: TestCall) -> Mapping[str, Any]:
    wanted = {"method": call.method, "path": call.path, "headers": call.headers, "body": call.body}
    request = urllib.request.Request(  # noqa: S310 - the URL of our own `up`
        f"{url}/_local/test-invoke",
        data=json.dumps(wanted).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            found: Mapping[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        raise _not_tested(call, json.load(error).get("detail", error)) from error
    except OSError as error:
        raise PlaceError(f"the gateway at {url} does not answer: {error}") from error


def _by_mirror(place: Place, call: TestCall) -> Mapping[str, Any]:
    application = read_back(place.backend, place.template, place.stack_name)
    functions = DeployedFunctions(place.backend.client("lambda"))
    error: Exception = NotFoundError(f"{place.stack_name} has no REST API")
    for api in application.rest_apis:
        tester = TestInvoke(api, functions.invoke)
        resource = tester.resource_of(call.method, call.path)
        found = TestCall(call.method, resource, call.path, call.headers, call.body)
        try:
            return asdict(asyncio.run(tester.call(found)))
        except NotFoundError as not_found:
            error = not_found
    raise _not_tested(call, error)


def _by_aws(place: Place, call: TestCall) -> Mapping[str, Any]:
    application = read_back(place.backend, place.template, place.stack_name)
    client = place.backend.client("apigateway")
    for api in application.rest_apis:
        match = match_route(Router(api.document), call.method, call.path.partition("?")[0])
        resource = match.route.resource if match else call.path
        try:
            return call_aws(client, api.api_id, resource, call)
        except (BotoCoreError, ClientError) as error:
            raise _not_tested(call, error) from error
    raise _not_tested(call, f"{place.stack_name} has no REST API")


def call_aws(client: Any, api_id: str, resource: str, call: TestCall) -> Mapping[str, Any]:
    """Let API Gateway itself make the Test call; errors are botocore's.

    Raises:
        PlaceError: the API has no such resource.
    """
    pages = client.get_paginator("get_resources").paginate(restApiId=api_id)
    ids = {item["path"]: item["id"] for page in pages for item in page["items"]}
    if resource not in ids:
        raise _not_tested(call, "Invalid Resource identifier specified")
    found = client.test_invoke_method(
        restApiId=api_id,
        resourceId=ids[resource],
        httpMethod=call.method,
        pathWithQueryString=call.path,
        headers=dict(call.headers),
        **({"body": call.body} if call.body is not None else {}),
    )
    kept = ("status", "latency", "body", "headers", "log")
    return {name: found.get(name) for name in kept}


def _not_tested(call: TestCall, why: object) -> PlaceError:
    return PlaceError(f"{call.method} {call.path} cannot be tested: {why}")


def _shown(result: Mapping[str, Any]) -> str:
    headers = "".join(f"  {name}: {value}\n" for name, value in result["headers"].items())
    return (
        f"Status   {result['status']}\n"
        f"Latency  {result['latency']} ms\n"
        f"Response headers\n{headers}"
        f"Response body\n  {result['body']}\n\n"
        f"Log\n{result['log'].rstrip()}\n"
    )
