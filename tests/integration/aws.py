"""The stack on AWS itself, in the account that VISITPLANNR_TEST_PROFILE names; gone afterwards."""

import contextlib
import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from integration.running import ROOT, VISITPLANNR, Deployed

PROFILE = "VISITPLANNR_TEST_PROFILE"


class OnAws(Deployed):
    """A deployed stack; talks like `Stack`."""

    def __init__(self, profile: str, stack_name: str, url: str) -> None:
        self.url = url
        self.http = httpx.Client(timeout=60, base_url=url)
        self._session = boto3.Session(profile_name=profile)
        self._stack_name = stack_name

    def client(self, service: str) -> Any:
        make: Any = self._session.client
        return make(service)

    def physical_id(self, logical_id: str) -> str:
        found = self.client("cloudformation").describe_stack_resource(
            StackName=self._stack_name, LogicalResourceId=logical_id
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])


@contextlib.contextmanager
def aws() -> Iterator[OnAws]:
    """Deploy a stack of its own, and delete it however the tests end."""
    profile = os.environ.get(PROFILE)
    if profile is None:
        pytest.fail(f"AWS is used only where {PROFILE} names a profile for it", pytrace=False)
    stack_name = f"visitplannr-test-{uuid.uuid4().hex[:8]}"
    named = ("--profile", profile, "--stack-name", stack_name)
    try:
        deployed = _run("deploy", "--json", *named)
        stack = OnAws(profile, stack_name, json.loads(deployed)["ApiUrl"])
        yield stack
        stack.http.close()
    finally:
        _run("delete", "--yes", *named)


def _run(*arguments: str) -> str:
    done = subprocess.run(
        [str(VISITPLANNR), *arguments], cwd=ROOT, text=True, check=False, timeout=900,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout
