"""The variables of an environment and which of them win (lambda-runtime.md L47)."""

from dataclasses import replace
from pathlib import Path

from runtime.conftest import FUNCTION
from visitplannr.model.application import Function
from visitplannr.runtime.sandbox import Sandbox

SANDBOX = Sandbox("eu-north-1", "key", "secret", "token", "http://127.0.0.1:1", "/bin", Path("/w"))


def variables(function: Function) -> dict[str, str]:
    return SANDBOX.variables(function, runtime_api="127.0.0.1:9", log_stream="stream")


def test_l47_the_functions_own_win_over_defaults_and_lose_to_reserved_ones() -> None:
    own = {"TZ": "Europe/Oslo", "PATH": "/own", "AWS_REGION": "mars-1", "_HANDLER": "other.one"}
    found = variables(replace(FUNCTION, environment=own))
    assert (found["TZ"], found["PATH"]) == ("Europe/Oslo", "/own")
    assert (found["AWS_REGION"], found["_HANDLER"]) == ("eu-north-1", FUNCTION.handler)


def test_l47_a_provided_runtime_has_no_execution_environment() -> None:
    assert variables(FUNCTION)["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert "AWS_EXECUTION_ENV" not in variables(replace(FUNCTION, runtime="provided.al2023"))
