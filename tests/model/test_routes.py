"""Routes of documents, also of those that have something else in the place of an object."""

from typing import Any

import pytest
from visitplannr.model.routes import routes_in

KEY = "x-amazon-apigateway-integration"
ANY = "x-amazon-apigateway-any-method"


def test_routes_are_listed_by_resource_and_method() -> None:
    paths = {"/b": {"put": {}, "get": {}, "parameters": []}, "/a": {ANY: {}, "summary": "text"}}
    assert list(map(str, routes_in({"paths": paths}))) == ["ANY /a", "GET /b", "PUT /b"]


ODD: list[Any] = [
    pytest.param({"paths": None}, [], id="no paths"),
    pytest.param({"paths": "text"}, [], id="paths that are text"),
    pytest.param({"paths": {"/a": None}}, [], id="no methods"),
    pytest.param({"paths": {"/a": {"get": None}}}, ["NONE"], id="no operation"),
    pytest.param({"paths": {"/a": {"get": ["x"]}}}, ["NONE"], id="an operation that is a list"),
    pytest.param({"paths": {"/a": {"get": {KEY: "x"}}}}, ["NONE"], id="an integration of text"),
    pytest.param({"paths": {"/a": {"get": {KEY: {"$ref": "#/x"}}}}}, ["NONE"], id="no component"),
]


@pytest.mark.parametrize(("document", "types"), ODD)
def test_what_is_no_object_has_no_members(document: dict[str, Any], types: list[str]) -> None:
    assert [route.integration_type for route in routes_in(document)] == types


TIMEOUTS: list[Any] = [(None, 29.0), (500, 0.5), ("500", 0.5), (60_000, 29.0), ({}, 29.0)]


@pytest.mark.parametrize(("milliseconds", "seconds"), TIMEOUTS)
def test_a_route_has_its_own_time_limit_below_the_apis(milliseconds: Any, seconds: float) -> None:
    document = {"paths": {"/": {"get": {KEY: {"timeoutInMillis": milliseconds}}}}}
    (route,) = routes_in(document)
    assert route.seconds(29.0) == seconds
