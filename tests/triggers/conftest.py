"""One application with a function for each source of events, in one `visitplannr up`."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import boto3
import pytest
from integration.running import PATIENCE_SECONDS, Stack, up
from visitplannr.testing import Stack as Seen

T = TypeVar("T")
APPLICATION = Path(__file__).with_name("application")


class Application:
    """The running application; its functions print what came in, and their file's version."""

    def __init__(self, stack: Stack, seen: Seen, folder: Path) -> None:
        self.stack = stack
        self._seen = seen
        self._code = folder / "code"
        self._version = 1

    def client(self, service: str) -> Any:
        return self._seen.client(service)

    def invoking_client(self) -> Any:
        """Give a client of Lambda that asks at our own port."""
        return boto3.client(
            "lambda",
            endpoint_url=self.stack.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def id_of(self, logical_id: str) -> str:
        return self._seen.physical_id(logical_id)

    def output(self, name: str) -> str:
        (stack,) = self.client("cloudformation").describe_stacks(StackName="shop")["Stacks"]
        outputs = stack["Outputs"]
        return str(next(one["OutputValue"] for one in outputs if one["OutputKey"] == name))

    def save(self, module: str) -> int:
        """Save a function's file with a new version; give it."""
        self._version += 1
        path = self._code / f"{module}.py"
        code = re.sub(
            r"^VERSION = .*", f"VERSION = {self._version}", path.read_text(), flags=re.MULTILINE
        )
        path.write_text(code)
        return self._version

    def now(self) -> float:
        """Give the time that the stack goes by."""
        return self._seen.clock.now()

    def advance(self, seconds: float) -> None:
        """Move the stack's clock."""
        self._seen.clock.advance(seconds)

    def wait_for(self, condition: Callable[[], T]) -> T:
        """Wait until a condition gives something, and give that."""
        return self._seen.wait_for(condition, PATIENCE_SECONDS)

    def has_run(self, function: str, marker: str, times: int) -> None:
        """Wait until invocations with a marker in their events have ended, so many and no more."""

        def ended() -> int:
            made = self._seen.invocations(function)
            return sum(one.status != "running" and marker in json.dumps(one.event) for one in made)

        self.wait_for(lambda: ended() >= times)
        assert ended() == times

    def ran(self, function: str, version: int) -> Any:
        """Wait until a function has run with that version of its file; give the event.

        It has START and REPORT, and its variables are the template's.
        """
        line = self.stack.wait_for(rf'^{function} \S+ {{"version": {version}, .*$')
        assert re.search(rf"^{function} \S+ START RequestId: ", self.stack.output, re.MULTILINE)
        self.stack.wait_for(rf"(?s){re.escape(line[0])}\n.*^{function} \S+ REPORT RequestId: ")
        said = json.loads(line[0].split(" ", 2)[2])
        assert said["variable"] == "from the template"
        return said["event"]


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("triggers") / "application"
    shutil.copytree(APPLICATION, folder, ignore=shutil.ignore_patterns("__pycache__"))
    with (
        up(
            folder / ".visitplannr",
            "--stack-name",
            "shop",
            "--async-retry-seconds",
            "0.2",
            cwd=folder,
        ) as stack,
        Seen.at(stack.ready().url) as seen,
    ):
        yield Application(stack, seen, folder)
