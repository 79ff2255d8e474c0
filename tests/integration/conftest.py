from collections.abc import Iterator

import pytest
from integration.running import Stack, up


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One running stack for all tests that do not stop it."""
    with up(tmp_path_factory.mktemp("state")) as running:
        yield running.ready()
