"""Which API a request is for, where several are on one port: routes, stages, hosts (X80 to X83)."""

from typing import Any

import pytest
from gateway.integrated import request
from visitplannr.gateway.addressing import Addressed, Addressing
from visitplannr.gateway.event_of import event_of
from visitplannr.gateway.kinds import KINDS
from visitplannr.gateway.request import Request
from visitplannr.model.application import Api, Application, FunctionUrl, HttpApi, RestApi
from visitplannr.model.routes import ANY, DEFAULT

PROXY = {"x-amazon-apigateway-integration": {"type": "aws_proxy", "payloadFormatVersion": "2.0"}}
CORS = {"allowOrigins": ["*"], "allowMethods": ["*"]}
PREFLIGHT = (("Origin", "https://a"), ("Access-Control-Request-Method", "GET"))


def rest(name: str, stage: str, *paths: str) -> RestApi:
    document = {"paths": {path: {ANY: PROXY} for path in paths}}
    return RestApi(name, f"id{name}", "1", stage, document, {(path, "ANY"): "f" for path in paths})


def http(name: str, stage: str, *paths: str, cors: bool = False) -> HttpApi:
    document: dict[str, Any] = {
        "openapi": "3.0.1",
        "paths": {path: {ANY if path == DEFAULT else "get": PROXY} for path in paths},
    }
    if cors:
        document["x-amazon-apigateway-cors"] = CORS
    return HttpApi(name, f"id{name}", "1", stage, document, {})


def url(name: str) -> FunctionUrl:
    document = {"paths": {DEFAULT: {ANY: PROXY}}}
    return FunctionUrl(name, "u", "1", DEFAULT, document, {(DEFAULT, "ANY"): "f"})


def found(apis: tuple[Api, ...], asked: Request) -> tuple[str, str | None, str | None]:
    """Give the API's name, the route, and the path that the API sees."""
    addressed = [
        Addressed(api, kind.router(api), not kind.prefix(api))
        for api in apis
        for kind in (KINDS[type(api)],)
    ]
    at, match = Addressing(addressed).find(asked)
    name = apis[at].logical_id
    return (name, match.route.resource, match.request.path) if match else (name, None, None)


GREEDY = "/{proxy+}"
R, H = rest("R", "Prod", "/", "/x", "/users/{id}"), http("H", "v1", "/y", "/z/{id}")
PATHS: list[Any] = [
    pytest.param((R, H), "/x", ("R", "/x", "/x"), id="its own path"),
    pytest.param((R, H), "/y", ("H", "/y", "/y"), id="another API's own path"),
    pytest.param((R, H), "/Prod/x", ("R", "/x", "/x"), id="below the stage"),
    pytest.param((R, H), "/Prod/users/7", ("R", "/users/{id}", "/users/7"), id="with a parameter"),
    pytest.param((R, H), "/Prod/", ("R", "/", "/"), id="the root below the stage"),
    pytest.param((R, H), "/Prod", ("R", "/", "/"), id="the stage alone"),
    pytest.param((R, H), "/v1/y", ("H", "/y", "/y"), id="below an HTTP API's stage"),
    pytest.param((R, H), "/v1/x", ("R", None, None), id="another API's route below a stage"),
    pytest.param((R, H), "/prod/x", ("R", None, None), id="a stage has its casing"),
    pytest.param((R, H), "/Prod/none", ("R", None, None), id="no such route below the stage"),
    pytest.param((R, H), "/nothing", ("R", None, None), id="no route"),
    pytest.param(
        (rest("G", "dev", GREEDY),), "/dev/a/b", ("G", GREEDY, "/a/b"), id="B5: greedy, below it"
    ),
    pytest.param((rest("G", "dev", GREEDY),), "/a/dev", ("G", GREEDY, "/a/dev"), id="greedy, own"),
    pytest.param(
        (rest("G", "dev", "/dev/{proxy+}", GREEDY),),
        "/dev/a",
        ("G", "/dev/{proxy+}", "/dev/a"),
        id="a route of its own that begins like the stage",
    ),
    pytest.param(
        (rest("G", "dev", "/{a}/{b}", "/x"),),
        "/dev/x",
        ("G", "/{a}/{b}", "/dev/x"),
        id="parameters are routes of its own",
    ),
    pytest.param(
        (http("D", "v1", DEFAULT),), "/v1/a", ("D", DEFAULT, "/a"), id="$default, below the stage"
    ),
    pytest.param(
        (http("D", DEFAULT, DEFAULT),), "/$default/a", ("D", DEFAULT, "/$default/a"), id="no stage"
    ),
    pytest.param(
        (http("D", DEFAULT, DEFAULT), H), "/y", ("H", "/y", "/y"), id="$default comes last"
    ),
    pytest.param(
        (rest("G", "dev", GREEDY), H), "/z/1", ("H", "/z/{id}", "/z/1"), id="greedy comes last"
    ),
    pytest.param(
        (rest("A", "one", "/a"), rest("B", "two", "/a")),
        "/two/a",
        ("B", "/a", "/a"),
        id="a stage tells two APIs apart",
    ),
    pytest.param(
        (rest("G", "dev", GREEDY), url("Fn")),
        "/_urls/Fn/a",
        ("Fn", DEFAULT, "/a"),
        id="a function URL goes before a greedy route",
    ),
]


@pytest.mark.parametrize(("apis", "path", "expected"), PATHS)
def test_x80_x81_paths(apis: tuple[Api, ...], path: str, expected: Any) -> None:
    assert found(apis, request("GET", path)) == expected


HOSTS: list[Any] = [
    pytest.param("idr.execute-api.localhost:8000", "/Prod/x", ("R", "/x", "/x"), id="with a port"),
    pytest.param("idR.execute-api.localhost", "/Prod/x", ("R", "/x", "/x"), id="in any casing"),
    pytest.param(
        "idR.execute-api.us-east-1.localhost:1", "/Prod/", ("R", "/", "/"), id="with a region"
    ),
    pytest.param(
        "idH.execute-api.eu-west-1.amazonaws.com", "/v1/y", ("H", "/y", "/y"), id="AWS's own"
    ),
    pytest.param("idR.execute-api.localhost", "/x", ("R", None, None), id="without the stage"),
    pytest.param("idH.execute-api.localhost", "/Prod/x", ("H", None, None), id="another's stage"),
    pytest.param("idD.execute-api.localhost", "/v1/x", ("D", DEFAULT, "/v1/x"), id="$default"),
    pytest.param("other.execute-api.localhost", "/x", ("R", "/x", "/x"), id="nobody's host"),
]


@pytest.mark.parametrize(("host", "path", "expected"), HOSTS)
def test_x82_hosts(host: str, path: str, expected: Any) -> None:
    apis = (R, H, http("D", DEFAULT, DEFAULT))
    asked = Request("GET", path, "", (("Host", host),), b"", "127.0.0.1", "http", 80)
    assert found(apis, asked) == expected


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        pytest.param("OPTIONS", "/two/1", "B", id="B9"),
        pytest.param("OPTIONS", "/v2/two/1", "B", id="below the stage"),
        pytest.param("GET", "/two/1", "B", id="the request itself"),
    ],
)
def test_h40_a_preflight_is_for_the_api_that_has_the_path(
    method: str, path: str, name: str
) -> None:
    apis = (
        rest("R", "Prod", "/x"),
        http("A", "v1", "/one/{id}"),
        http("B", "v2", "/two/{id}", cors=True),
    )
    headers = PREFLIGHT if method == "OPTIONS" else ()
    assert found(apis, request(method, path, b"", *headers))[0] == name
    asked = request("OPTIONS", path, b"", ("Origin", "o"), ("Access-Control-Request-Method", "PUT"))
    assert found(apis, asked)[0] == "B"


@pytest.mark.parametrize("path", ["/users/7", "/Prod/users/7"])
def test_x83_events_are_those_of_awss_url(path: str) -> None:
    application = Application("stack", "us-east-1", "1", (), (R, H), (), {})
    event = event_of(application, request("GET", path))
    context = event["requestContext"]
    assert (event["path"], context["path"]) == ("/users/7", "/Prod/users/7")
    assert event["pathParameters"] == {"id": "7"}


def test_x83_an_event_names_the_host_that_was_asked() -> None:
    application = Application("stack", "us-east-1", "1", (), (R, H), (), {})
    host = (("Host", "idH.execute-api.localhost:8000"),)
    asked = Request("GET", "/v1/y", "", host, b"", "127.0.0.1", "http", 80)
    event = event_of(application, asked)
    context = event["requestContext"]
    assert (context["domainName"], context["domainPrefix"]) == ("idH.execute-api.localhost", "idH")
    assert (event["rawPath"], context["http"]["path"], context["stage"]) == ("/v1/y", "/v1/y", "v1")
