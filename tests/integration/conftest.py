from collections.abc import Iterator

import pytest
from compose.running import compose
from integration.aws import aws
from integration.localstack import localstack
from integration.notes import Notes, notes_application
from integration.running import Deployed, up


@pytest.fixture(scope="session")
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    """One running stack, on the target, for all tests that do not stop it."""
    target = request.config.getoption("--target")
    state = tmp_path_factory.mktemp("state")
    if target == "embedded":
        with up(state, "--stack-name", "visitplannr") as running:
            yield running.ready()
        return
    if target == "aws":
        with aws() as deployed:
            yield deployed
        return
    request.getfixturevalue("docker")
    if target == "compose":
        with compose() as project:
            yield project
        return
    with localstack() as endpoint_url:
        named = ("--endpoint-url", endpoint_url, "--stack-name", "visitplannr")
        with up(state, *named) as running:
            yield running.ready()


@pytest.fixture(scope="session")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notes]:
    """The application of `init`, with a detached `up`, for all tests that leave it running."""
    with notes_application(tmp_path_factory.mktemp("projects")) as running:
        yield running
