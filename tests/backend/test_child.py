"""What the backend's process is told by whoever starts it."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from visitplannr.backend.embedded.child import EmbeddedBackend
from visitplannr.model.strictness import CapacityMode, Iam


@pytest.mark.parametrize("throughput", CapacityMode)
@pytest.mark.parametrize("iam", Iam)
async def test_it_is_told_what_becomes_of_calls_without_capacity_or_permission(
    tmp_path: Path, throughput: CapacityMode, iam: Iam
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
        iam=iam,
    )
    await backend.start()
    (command,) = started
    told = dict(pairwise(command))
    assert (told["--throughput"], told["--iam"]) == (throughput, iam)
    backend._listener.close()
