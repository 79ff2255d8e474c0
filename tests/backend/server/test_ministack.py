"""MiniStack's private seams are where, and as, they were in the version that is pinned."""

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from visitplannr.backend.server.ministack.seams import SEAMS, VERSION, find_seam, moved

ROOT = Path(__file__).parents[3]


def test_the_installed_ministack_has_all_seams() -> None:
    assert list(moved(importlib.metadata.version("ministack"), find_seam)) == []


def test_it_is_pinned() -> None:
    assert f'"ministack=={VERSION}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_another_version_is_said() -> None:
    assert list(moved("2.0", find_seam)) == [f"ministack is 2.0, not {VERSION}"]


@pytest.mark.parametrize("seam", SEAMS)
def test_a_seam_that_is_gone_is_said(seam: str) -> None:
    def find(name: str) -> Any:
        if name == seam:
            raise AttributeError(name)
        return find_seam(name)

    assert list(moved(VERSION, find)) == [f"ministack.{seam} is gone"]


@pytest.mark.parametrize("seam", [name for name, signature in SEAMS.items() if signature])
def test_a_seam_with_another_signature_is_said(seam: str) -> None:
    def other(*, something: int) -> None:
        """Take something else."""

    def find(name: str) -> Any:
        return other if name == seam else find_seam(name)

    (line,) = moved(VERSION, find)
    assert line == (f"ministack.{seam} is (*, something: int) -> None, not {SEAMS[seam]}")


CALLS = """
import json, sys
from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.permits import EVERYTHING
from visitplannr.backend.server.retries import Retries
from visitplannr.backend.server.ministack.loading import load
from ministack.services import lambda_svc, eventbridge, stepfunctions

done = []
def run(call):
    done.append((call.function, json.loads(call.payload), call.trigger, call.asynchronous))
    return {"body": {"answer": 1}}

load(run, lambda: None, lambda *_: None, Retries(Clock()), str, EVERYTHING)
arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
func = {"config": {"FunctionName": "f", "FunctionArn": arn}}
lambda_svc._functions["f"] = func
print(json.dumps(lambda_svc._execute_function_with_config_scope(func, {"a": 1})))
print(json.dumps(stepfunctions._call_lambda("f", {"Records": [{"eventSource": "aws:sqs"}]})))
lambda_svc._execute_function(func, {"Records": [{"EventSource": "aws:sns"}]})
lambda_svc.invoke_async_with_retry(func, {"Records": [{"eventSource": "aws:s3"}]})
event = {"Source": "s", "DetailType": "t", "Detail": "{}", "Time": 0, "EventId": "1"}
eventbridge._invoke_target({"Arn": arn, "Input": '{"b": 2}'}, event, {"Name": "rule"})
import threading
for thread in threading.enumerate():
    if thread.name == "ministack-background":
        thread.join()
print(json.dumps(sorted(done, key=str)))
try:
    lambda_svc._execute_function_dispatch(func, {}, {}, "", 0.0)
except Exception as error:
    print(error)
"""


def test_whatever_ministack_fires_is_handed_over() -> None:
    """In a process of its own: MiniStack's modules are changed in place."""
    environment = {"PATH": os.environ["PATH"], "IOT_MTLS_ENABLED": "0"}
    ended = subprocess.run(
        [sys.executable, "-c", CALLS], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    answer, task, calls, refusal = ended.stdout.splitlines()
    assert json.loads(answer) == {"body": {"answer": 1}}
    assert json.loads(task) == {"answer": 1}
    assert json.loads(calls) == [
        ["arn:aws:lambda:us-east-1:000000000000:function:f", {"b": 2}, "events", True],
        ["f", {"Records": [{"EventSource": "aws:sns"}]}, "sns", True],
        ["f", {"Records": [{"eventSource": "aws:s3"}]}, "s3", True],
        ["f", {"Records": [{"eventSource": "aws:sqs"}]}, "states", False],
        ["f", {"a": 1}, "invoke", False],
    ]
    assert refusal == "MiniStack tried to execute a function itself"
