"""What the backend's process is told by whoever starts it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from visitplannr.backend.embedded.child import EmbeddedBackend


@pytest.mark.parametrize("throughput", ["report", "enforce", "off"])
async def test_it_is_told_what_becomes_of_calls_without_capacity(
    tmp_path: Path, throughput: str
) -> None:
    started: list[Sequence[str]] = []

    async def start(command: Sequence[str], **_: object) -> Any:
        started.append(command)

    backend = EmbeddedBackend(
        cast("Any", start),
        tmp_path,
        {},
        None,
        region="us-east-1",
        invocations=tmp_path / "invoke",
        say=pytest.fail,
        throughput=throughput,
    )
    await backend.start()
    (command,) = started
    assert command[list(command).index("--throughput") + 1] == throughput
    backend._listener.close()
