"""For any request and any result the gateway answers by its rules and never fails itself."""

import asyncio
import json
from typing import Any

from gateway.behind import KINDS, Proxied, get, wire
from hypothesis import given, settings
from hypothesis import strategies as st
from random_json import CONSTANTS, documents
from visitplannr.gateway.http_api import event_v1, event_v2
from visitplannr.gateway.http_api import response as http_response
from visitplannr.gateway.http_api.routing import HttpRouter
from visitplannr.gateway.identifiers import new_ids
from visitplannr.gateway.proxy_response import MalformedResponseError
from visitplannr.gateway.request import Request, Response
from visitplannr.gateway.rest_api.event import build_event
from visitplannr.gateway.rest_api.response import to_response
from visitplannr.gateway.rest_api.routing import RestRouter
from visitplannr.model.application import HttpApi, RestApi
from visitplannr.model.routes import ANY

PATHS = ("/", "/a", "/a/{x}", "/a/{x}/c", "/{proxy+}", "/a/b/{proxy+}")
DOCUMENT: dict[str, Any] = {"paths": {path: {ANY: {}} for path in PATHS}}
API = RestApi("Api", "abc", "123456789012", "Prod", DOCUMENT, {})
HTTP_DOCUMENT: dict[str, Any] = {"paths": {"/a/{x}": {"get": {}}, "$default": {ANY: {}}}}
HTTP_API = HttpApi("Api", "abc", "123456789012", "$default", HTTP_DOCUMENT, {})
HTTP_ROUTER = HttpRouter(HTTP_API)
VERSIONS = ["1.0", "2.0"]
ROUTER = RestRouter(API)
json_values = documents(CONSTANTS | st.floats() | st.text(max_size=12), names=st.text(max_size=8))
KEYS = st.sampled_from(
    ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "cookies"]
)
names = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
segments = st.lists(st.sampled_from(["a", "b", "c", "", "%2F", "x y", "é"]), max_size=5)


def answer_or_none(payload: bytes, binary: tuple[str, ...], accept: str) -> Response | None:
    try:
        return to_response(payload, binary, accept)
    except MalformedResponseError:
        return None


@given(result=json_values | st.dictionaries(KEYS, json_values), accept=st.text())
def test_any_result_is_an_answer_or_a_malformed_one(result: Any, accept: str) -> None:
    response = answer_or_none(json.dumps(result).encode(), ("*/*",), accept)
    if response is not None:
        assert 200 <= response.status <= 599
        assert all("\n" not in value and "\r" not in value for _, value in response.headers)


@given(payload=st.binary())
def test_any_bytes_are_an_answer_or_a_malformed_one(payload: bytes) -> None:
    answer_or_none(payload, (), "")


@settings(max_examples=200)
@given(
    parts=segments,
    query=st.text(st.characters(max_codepoint=255)),
    headers=st.lists(st.tuples(names, st.text())),
    body=st.binary(),
)
def test_any_request_has_an_event(
    parts: list[str], query: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    path = "/" + "/".join(parts)
    request = Request("GET", path, query, tuple(headers), body, "127.0.0.1", "http", 80)
    match = ROUTER.match(request)
    assert match is not None
    event = build_event(match, API, new_ids(None, 0.0))
    json.dumps(event)
    assert len(event) == 12
    assert event["path"] == f"/{path.lstrip('/')}"
    assert event["requestContext"]["path"] == f"/Prod{path}"
    assert (event["body"] is None) == (body == b"")
    multi, plain = event["multiValueHeaders"], event["headers"]
    assert plain == {name: values[-1] for name, values in multi.items()}
    if event["queryStringParameters"] is not None:
        assert event["queryStringParameters"] == {
            name: values[-1] for name, values in event["multiValueQueryStringParameters"].items()
        }


@settings(max_examples=200)
@given(
    parts=segments,
    query=st.text(st.characters(max_codepoint=255)),
    headers=st.lists(st.tuples(names, st.text())),
    body=st.binary(),
)
def test_any_request_has_an_event_of_an_http_api(
    parts: list[str], query: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    path = "/" + "/".join(parts)
    request = Request("GET", path, query, tuple(headers), body, "127.0.0.1", "http", 80)
    match = HTTP_ROUTER.match(request)
    assert match is not None
    event = event_v2.build_event(match, HTTP_API, new_ids(None, 0.0))
    json.dumps(event)
    assert None not in event.values()
    assert all(name == name.lower() for name in event["headers"])
    assert event["rawQueryString"] == query
    older = event_v1.build_event(match, HTTP_API, new_ids(None, 0.0))
    json.dumps(older)
    assert older["path"] == event["rawPath"]
    assert older["body"] == event.get("body")


@given(result=json_values | st.dictionaries(KEYS, json_values), version=st.sampled_from(VERSIONS))
def test_any_result_is_an_http_apis_answer_or_a_malformed_one(result: Any, version: str) -> None:
    try:
        response = http_response.to_response(json.dumps(result).encode(), version)
    except MalformedResponseError:
        return
    assert 200 <= response.status <= 599
    assert all("\n" not in value and "\r" not in value for _, value in response.headers)


@given(parts=segments)
def test_static_beats_parameter_beats_greedy(parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    match = ROUTER.match(Request("GET", path, "", (), b"", "127.0.0.1", "http", 80))
    assert match is not None
    wanted = parts[:-1] if parts and parts[-1] == "" else parts
    if wanted == ["a"]:
        assert match.route.resource == "/a"
    if len(wanted) == 2 and wanted[0] == "a" and wanted[1]:
        assert match.route.resource == "/a/{x}"


@settings(max_examples=200, deadline=None)
@given(
    result=json_values | st.dictionaries(KEYS, json_values) | st.binary(),
    kind=st.sampled_from(KINDS),
    headers=st.lists(st.tuples(names, st.text())),
    query=st.text(st.characters(max_codepoint=127)),
)
def test_any_request_and_result_is_well_formed_http(
    result: Any, kind: str, headers: list[tuple[str, str]], query: str
) -> None:
    """Names are tokens, no value ends its line, and a status is a status."""
    exchange = asyncio.run(Proxied(result).by(kind, get("/a", *headers, query=query)))
    start, body = asyncio.run(wire(exchange.response))
    assert 200 <= start["status"] <= 599
    assert isinstance(body["body"], bytes)
    for name, value in start["headers"]:
        assert name
        assert not any(letter in name for letter in b"\r\n\0 :")
        assert not any(letter in value for letter in b"\r\n\0")
