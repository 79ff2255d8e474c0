"""The stack as the console describes it, and the samples it offers."""

from pathlib import Path
from typing import Any

import pytest
from visitplannr.console.console import function_named
from visitplannr.console.overview import overview
from visitplannr.console.samples import sample_of
from visitplannr.model.application import Application, Function, Resource, RestApi
from visitplannr.model.routes import routes_in

INTEGRATION = {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}
FOLDER = Path("/project")


def application(**environment: str) -> Application:
    return Application(
        "stack",
        "us-east-1",
        "123456789012",
        functions=(
            Function(
                "F", "f-1", "arn:f", "a.b", "python3.13", FOLDER / "code", environment=environment
            ),
        ),
        apis=(
            RestApi(
                "Api",
                "abc",
                "123456789012",
                "Prod",
                {"paths": {"/a/{id}/{rest+}": {"get": INTEGRATION, "put": INTEGRATION}}},
                {("/a/{id}/{rest+}", "GET"): "f-1"},
            ),
        ),
        resources=(Resource("Table", "AWS::DynamoDB::Table", "table-1", "CREATE_COMPLETE"),),
        outputs={},
    )


def test_routes_lead_to_functions() -> None:
    get, put = overview(application(), {}, FOLDER)["routes"]
    assert (get["method"], get["target"], get["parameters"]) == ("GET", "F", ["id", "rest"])
    assert put["target"] is None


def function_of(given: dict[str, Any], **environment: str) -> Any:
    return overview(application(**environment), given, FOLDER)["functions"][0]


def test_code_is_named_by_its_place() -> None:
    assert function_of({})["code"] == "code"


@pytest.mark.parametrize("arn", ["table/table-1", "table/table-1/*", "table/table-1/index/*"])
def test_functions_lead_to_tables_they_may_use(arn: str) -> None:
    grant = {"effect": "Allow", "actions": ["dynamodb:*"], "resources": [f"arn:aws:x:{arn}"]}
    permissions = {"F": {"policies": [{"name": "p", "grants": [grant]}, {"grants": None}]}}
    assert function_of(permissions)["tables"] == ["Table"]


def test_functions_lead_to_tables_they_are_told_of() -> None:
    assert function_of({}, TABLE="table-1")["tables"] == ["Table"]
    assert function_of({}, TABLE="table-12")["tables"] == []


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("DB_PASSWORD", True),
        ("api_key", True),
        ("GITHUB_TOKEN", True),
        ("CLIENT_SECRET", True),
        ("SIGNING_KEY", True),
        ("EVENTS_TABLE", False),
        ("KEYBOARD", False),
    ],
)
def test_secrets_are_masked(name: str, masked: bool) -> None:
    shown = function_of({}, **{name: "value"})["environment"][name]
    assert (shown != "value") == masked


def test_a_password_in_an_address_is_masked() -> None:
    shown = function_of({}, DB="postgres://me:pass@db:5432/x", API="http://a.b/c:d@e")
    assert shown["environment"] == {
        "DB": "postgres://me:••••••@db:5432/x",
        "API": "http://a.b/c:d@e",
    }


@pytest.mark.parametrize(
    ("name", "found"), [("f-1", "F"), ("stack-F-ABC", "F"), ("stack-G-A", None)]
)
def test_a_function_is_known_by_its_names_of_now_and_before(name: str, found: str | None) -> None:
    function = function_named(application(), name)
    assert (function.logical_id if function else None) == found


MODEL = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "example": "Baltic"},
        "kind": {"enum": ["museum", "park"]},
        "seats": {"type": "integer", "minimum": 5},
        "tags": {"type": "array", "items": {"type": "string"}},
        "open": {"type": ["boolean", "null"]},
        "near": {"$ref": "#/definitions/Place"},
    },
}
DOCUMENT: dict[str, Any] = {
    "definitions": {"Place": MODEL},
    "paths": {
        "/model": {"post": {"parameters": [{"in": "body", "schema": MODEL}], **INTEGRATION}},
        "/none": {"post": INTEGRATION},
        "/three": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"type": "integer"}}}},
                **INTEGRATION,
            }
        },
    },
}


def test_samples_fit_the_model_and_end() -> None:
    model, none, three = (sample_of(route, DOCUMENT) for route in routes_in(DOCUMENT))
    assert none is None
    assert three == 1
    assert {name: model[name] for name in ("name", "kind", "seats", "tags", "open")} == {
        "name": "Baltic",
        "kind": "museum",
        "seats": 5,
        "tags": ["text"],
        "open": True,
    }
    assert model["near"]["name"] == "Baltic"
