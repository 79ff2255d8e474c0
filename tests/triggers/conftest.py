"""One application with a function for each source of events, in one `visitplannr up`."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from integration.running import Stack, up

APPLICATION = Path(__file__).with_name("application")


class Application:
    """The running application; its functions print what came in, and their file's version."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self._clock = f"{stack.endpoint_url}/_visitplannr/clock"
        self._code = folder / "code"
        self._version = 1

    def client(self, service: str) -> Any:
        return self.stack.client(service)

    def id_of(self, logical_id: str) -> str:
        return self.stack.physical_id(logical_id)

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
        """Give the time that the backend goes by."""
        return float(httpx.get(self._clock).json()["now"])

    def advance(self, seconds: float) -> None:
        """Move the backend's clock."""
        httpx.post(self._clock, json={"advance": seconds}).raise_for_status()

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
    with up(
        folder / ".visitplannr", "--stack-name", "shop", "--async-retry-seconds", "0.2", cwd=folder
    ) as stack:
        yield Application(stack.ready(), folder)
