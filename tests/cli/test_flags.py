"""What flags say: headers, bodies, requests, ports of debuggers."""

import contextlib
from pathlib import Path
from typing import Any

import pytest
import typer
from visitplannr.cli.backend_flags import backend_wanted
from visitplannr.cli.flags import Invoke, debug_ports
from visitplannr.cli.request_flags import read_body, read_headers, request_of
from visitplannr.model.strictness import CapacityMode


@pytest.mark.parametrize(
    ("given", "headers"),
    [
        (None, {}),
        (["X-Name: value"], {"X-Name": "value"}),
        (["A:1", "B:  2 "], {"A": "1", "B": "2"}),
        (["Link: <http://x>; rel=y"], {"Link": "<http://x>; rel=y"}),
        (["Empty:"], {"Empty": ""}),
    ],
)
def test_headers(given: list[str] | None, headers: dict[str, str]) -> None:
    assert read_headers(given) == headers


@pytest.mark.parametrize("header", ["no colon", ": no name", " : blank"])
def test_a_header_of_another_form_is_refused(header: str) -> None:
    with pytest.raises(typer.BadParameter, match=r"is no NAME: VALUE"):
        read_headers([header])


def test_a_body_is_text_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_text("{}")
    assert [read_body(given) for given in (None, "text", "", f"@{file}")] == [
        None,
        "text",
        "",
        "{}",
    ]


def test_a_body_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=r"gone cannot be read"):
        read_body(f"@{tmp_path / 'gone'}")


@pytest.mark.parametrize(
    ("wanted", "ports"),
    [
        (None, {}),
        (["Greeter"], {"Greeter": 5678}),
        (["Greeter", "Other:5679"], {"Greeter": 5678, "Other": 5679}),
    ],
)
def test_ports_of_debuggers(wanted: list[str] | None, ports: dict[str, int]) -> None:
    assert debug_ports(wanted) == ports


def test_a_request_is_the_one_that_curl_would_send() -> None:
    request = request_of("POST", "a b?c=%20d", {"X": "y"}, "{}", "http://localhost:8000")
    assert (request.method, request.path, request.query) == ("POST", "/a%20b", "c=%20d")
    assert (request.body, request.scheme, request.port) == (b"{}", "http", 8000)
    assert dict(request.headers) == {
        "Host": "localhost:8000",
        "User-Agent": "curl/8",
        "Accept": "*/*",
        "Content-Type": "application/json",
        "X": "y",
    }


def test_a_request_without_a_body_has_no_content_type() -> None:
    request = request_of("GET", "/", {}, None, "http://localhost:8000")
    assert "Content-Type" not in dict(request.headers)


OTHER = "http://localhost:4566"


@pytest.mark.parametrize(
    ("flags", "refused"),
    [
        ({"throughput": CapacityMode.ENFORCE}, None),
        ({"endpoint_url": OTHER, "wait_for_stack": True, "invoke": Invoke.DEPLOYED}, None),
        (
            {"throughput": CapacityMode.ENFORCE, "endpoint_url": OTHER},
            "--throughput enforce and --endpoint-url contradict",
        ),
        (
            {"throughput": CapacityMode.ENFORCE, "dynamodb_endpoint_url": OTHER},
            "--throughput enforce and --dynamodb-endpoint-url contradict",
        ),
        (
            {"endpoint_url": OTHER, "dynamodb_endpoint_url": OTHER},
            "--endpoint-url and --dynamodb-endpoint-url contradict",
        ),
        ({"wait_for_stack": True}, "--wait-for-stack needs --endpoint-url"),
        ({"invoke": Invoke.DEPLOYED}, "--invoke deployed needs --endpoint-url"),
    ],
)
def test_backends_that_contradict_each_other(flags: dict[str, Any], refused: str | None) -> None:
    refusal = pytest.raises(typer.BadParameter, match=refused)
    with refusal if refused else contextlib.nullcontext():
        backend_wanted(**flags)
