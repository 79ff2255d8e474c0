"""The curl line that `up` prints is one that answers."""

from pathlib import Path
from typing import Any

import pytest
from visitplannr.model.application import Application, Function, HttpApi, RestApi
from visitplannr.up.trying import saved_events, tried

URL = "http://127.0.0.1:8000"
FUNCTION = Function("Notes", "notes-1", "arn", "app.handler", "python3.13", Path("/code"))
LAMBDA = {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}
GUARDED = {**LAMBDA, "security": [{"Keys": []}]}
MOCK = {"x-amazon-apigateway-integration": {"type": "mock"}}
SAMPLED = {
    **LAMBDA,
    "parameters": [{"in": "body", "schema": {"properties": {"text": {"example": "it's"}}}}],
}
SAVED = {"httpMethod": "POST", "path": "/notes", "body": '{"text": "kept"}'}
JSON = "-H 'Content-Type: application/json'"


def application(paths: dict[str, Any], kind: Any = RestApi) -> Application:
    called = {(path, m.upper()): "notes-1" for path, methods in paths.items() for m in methods}
    api = kind("Api", "a", "0", "Prod", {"paths": paths}, called)
    return Application("stack", "us-east-1", "0" * 12, (FUNCTION,), (api,), (), {})


@pytest.mark.parametrize(
    ("paths", "line"),
    [
        ({"/notes": {"post": SAMPLED, "get": LAMBDA}}, f"curl -i {URL}/notes"),
        ({"/a/{id}": {"get": LAMBDA}, "/b": {"get": LAMBDA}}, f"curl -i {URL}/b"),
        ({"/a": {"get": GUARDED}, "/b": {"get": LAMBDA}}, f"curl -i {URL}/b"),
        ({"/a": {"get": MOCK}, "/b": {"get": LAMBDA}}, f"curl -i {URL}/b"),
        (
            {"/a/{id}": {"get": LAMBDA}, "/more": {"post": SAMPLED}},
            f'curl -i -X POST {URL}/more {JSON} -d \'{{"text": "it\'"\'"\'s"}}\'',
        ),
        (
            {"/notes": {"post": LAMBDA}},
            f'curl -i -X POST {URL}/notes {JSON} -d \'{{"text": "kept"}}\'',
        ),
        ({"/other": {"post": LAMBDA}}, f"curl -i {URL}/_local/health"),
        ({"/a": {"get": GUARDED}}, f"curl -i {URL}/_local/health"),
    ],
)
def test_a_get_then_a_sample_then_what_was_saved_then_what_always_answers(
    paths: dict[str, Any], line: str
) -> None:
    assert tried(application(paths), URL, [], [SAVED]) == line


def test_a_route_to_a_function_that_cannot_run_is_not_offered() -> None:
    offered = tried(application({"/b": {"get": LAMBDA}}), URL, [], [], ["Notes"])
    assert offered == f"curl -i {URL}/_local/health"


def test_http_apis_are_offered_too() -> None:
    paths = {"/b": {"get": {**LAMBDA}}}
    assert tried(application(paths, HttpApi), URL, [], []) == f"curl -i {URL}/b"


def test_saved_events_are_read_and_what_is_none_is_left_out(tmp_path: Path) -> None:
    for name, text in (("a.json", '{"path": "/a"}'), ("b.json", "{"), ("c.json", "[]")):
        (tmp_path / "events").mkdir(exist_ok=True)
        (tmp_path / "events" / name).write_text(text)
    (tmp_path / "tests/events").mkdir(parents=True)
    (tmp_path / "tests/events/d.json").write_text('{"path": "/d"}')
    assert saved_events(tmp_path) == [{"path": "/a"}, {"path": "/d"}]
