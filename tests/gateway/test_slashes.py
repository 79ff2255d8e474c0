"""Slashes, percent signs and dots in paths, and the route of a path (E5 to E7, X30 to X37)."""

from typing import Any

import pytest
from gateway.behind import Proxied, document, get
from gateway.integrated import request
from visitplannr.gateway.addressing import Addressed, Addressing
from visitplannr.gateway.identifiers import new_ids
from visitplannr.gateway.kinds import KINDS
from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.event import build_event
from visitplannr.model.application import RestApi

ROUTES = ("ANY /", "ANY /users", "ANY /users/{id}", "ANY /files/{proxy+}", "ANY /a.b/c")

# What is asked; resource, path, the context's path, path parameters; None: no route.
PATHS: list[Any] = [
    ("/", "/", "/", "/Prod/", None),
    ("//", "/", "/", "/Prod//", None),
    ("/users", "/users", "/users", "/Prod/users", None),
    ("//users", "/users", "/users", "/Prod//users", None),
    ("///users", "/users", "/users", "/Prod///users", None),
    ("/users/", "/users", "/users/", "/Prod/users/", None),
    ("/users//", "/users", "/users//", "/Prod/users//", None),
    ("//users//", "/users", "/users//", "/Prod//users//", None),
    ("//users/7", "/users/{id}", "/users/7", "/Prod//users/7", {"id": "7"}),
    ("/users/7/", "/users/{id}", "/users/7/", "/Prod/users/7/", {"id": "7"}),
    ("/users//7", None, None, None, None),
    ("/files/a", "/files/{proxy+}", "/files/a", "/Prod/files/a", {"proxy": "a"}),
    ("//files/a", "/files/{proxy+}", "/files/a", "/Prod//files/a", {"proxy": "a"}),
    ("/files//a", "/files/{proxy+}", "/files//a", "/Prod/files//a", {"proxy": "/a"}),
    ("/files/a//b", "/files/{proxy+}", "/files/a//b", "/Prod/files/a//b", {"proxy": "a//b"}),
    ("/files/a/", "/files/{proxy+}", "/files/a/", "/Prod/files/a/", {"proxy": "a"}),
    ("/files/a//", "/files/{proxy+}", "/files/a//", "/Prod/files/a//", {"proxy": "a"}),
    ("/files", None, None, None, None),
    ("/files/", None, None, None, None),
    ("/files//", None, None, None, None),
    ("/files/%2F", "/files/{proxy+}", "/files/%2F", "/Prod/files/%2F", {"proxy": "%2F"}),
    ("/users/a%2Fb", "/users/{id}", "/users/a%2Fb", "/Prod/users/a%2Fb", {"id": "a%2Fb"}),
    ("/users/%zz", "/users/{id}", "/users/%zz", "/Prod/users/%zz", {"id": "%zz"}),
    ("/users/a+b", "/users/{id}", "/users/a+b", "/Prod/users/a+b", {"id": "a+b"}),
    ("/users/.", "/users/{id}", "/users/.", "/Prod/users/.", {"id": "."}),
    ("/users/..", "/users/{id}", "/users/..", "/Prod/users/..", {"id": ".."}),
    ("/files/../users", "/files/{proxy+}", "/files/../users", "/Prod/files/../users",
     {"proxy": "../users"}),
    ("/a.b/c", "/a.b/c", "/a.b/c", "/Prod/a.b/c", None),
    ("/a%2Eb/c", None, None, None, None),
    ("/Users", None, None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "resource", "path", "context", "parameters"), PATHS)
async def test_e5_e6_slashes(
    asked: str, resource: str | None, path: str, context: str, parameters: Any
) -> None:
    function = Proxied()
    exchange = await function.rest(get(asked), ROUTES)
    if resource is None:
        assert exchange.response.status == 403
        return
    event = function.event
    assert (event["resource"], event["path"], event["pathParameters"]) == (
        resource,
        path,
        parameters,
    )
    assert event["requestContext"]["resourcePath"] == resource
    assert event["requestContext"]["path"] == context


STAGED: list[Any] = [
    ("/Prod/users", "/users", "/Prod/users"),
    ("//Prod/users", "/users", "/Prod/users"),
    ("///Prod/users", "/users", "/Prod/users"),
    ("/Prod//users", "/users", "/Prod//users"),
    ("//Prod//users/", "/users/", "/Prod//users/"),
    ("//Prod", "/", "/Prod/"),
    ("/Prod//", "/", "/Prod//"),
]


@pytest.mark.parametrize(("asked", "path", "context"), STAGED)
@pytest.mark.parametrize("host", ["localhost:8000", "abc.execute-api.localhost:8000"])
def test_e6_slashes_around_the_stage(host: str, asked: str, path: str, context: str) -> None:
    api = RestApi("Api", "abc", "1", "Prod", document(*ROUTES), {})
    addressing = Addressing([Addressed(api, KINDS[RestApi].router(api), at_paths=True)])
    asked_there = Request("GET", asked, "", (("Host", host),), b"", "1.2.3.4", "http", 80)
    at, match = addressing.find(asked_there)
    assert match is not None
    event = build_event(match, api, new_ids(None, 0.0))
    assert (at, event["path"], event["requestContext"]["path"]) == (0, path, context)


GREEDY = ("POST /test", "ANY /test/any", "OPTIONS /{proxy+}", "GET /{id}", "GET /test/{id}")
METHODS: list[Any] = [
    ("POST", "/test", "/test", "the static resource has it"),
    ("OPTIONS", "/test", "/{proxy+}", "a greedy sibling has it"),
    ("GET", "/test", "/{id}", "a sibling with a parameter has it"),
    ("OPTIONS", "/test/any", "/test/any", "ANY has it"),
    ("GET", "/test/any", "/test/any", "ANY goes before a parameter's own method"),
    ("OPTIONS", "/test/7", "/{proxy+}", "not the parameter's resource, but the greedy one above"),
    ("PUT", "/test", None, "nobody has it"),
    ("HEAD", "/test", None, "HEAD is no GET"),
    ("PUT", "/nowhere", None, "no method of the greedy one"),
]


@pytest.mark.parametrize(
    ("method", "path", "resource"), [row[:3] for row in METHODS], ids=[row[3] for row in METHODS]
)
async def test_x30_the_most_specific_route_that_has_the_method(
    method: str, path: str, resource: str | None
) -> None:
    function = Proxied()
    exchange = await function.rest(request(method, path), GREEDY)
    assert function.event.get("resource") == resource
    assert exchange.response.status == (200 if resource else 403)


@pytest.mark.parametrize(
    ("override", "method"),
    [("PUT", "PUT"), ("delete", "DELETE"), (" PATCH ", "PATCH"), ("", "POST"), ("BREW", None)],
)
async def test_e50_the_method_may_be_overridden(override: str, method: str | None) -> None:
    function = Proxied()
    asked = request("POST", "/a", b"", ("x-http-method-Override", override))
    exchange = await function.rest(asked)
    assert exchange.response.status == (200 if method else 403)
    assert function.event.get("httpMethod") == method
    if method:
        assert function.event["requestContext"]["httpMethod"] == method


HTTP_ROUTES = ("GET /users", "POST /users/{id}", "ANY /files/{proxy+}", "PUT /{proxy+}")
HTTP: list[Any] = [
    ("GET", "/users", "GET /users", None),
    ("PUT", "/users", "PUT /{proxy+}", {"proxy": "users"}),
    ("DELETE", "/users", "$default", None),
    ("GET", "//users", "$default", None),
    ("PUT", "//users", "PUT /{proxy+}", {"proxy": "/users"}),
    ("GET", "/users/", "$default", None),
    ("GET", "/files/a//b/", "ANY /files/{proxy+}", {"proxy": "a//b/"}),
    ("POST", "/users/%2Fa", "POST /users/{id}", {"id": "/a"}),
]


@pytest.mark.parametrize(("method", "path", "key", "parameters"), HTTP)
async def test_h30_h31_h33_routes_of_an_http_api(
    method: str, path: str, key: str, parameters: Any
) -> None:
    function = Proxied()
    await function.http(request(method, path), (*HTTP_ROUTES, "$default"))
    assert function.event["routeKey"] == key
    assert function.event.get("pathParameters") == parameters
    function = Proxied()
    exchange = await function.http(request(method, path), HTTP_ROUTES)
    assert exchange.response.status == (404 if key == "$default" else 200)
