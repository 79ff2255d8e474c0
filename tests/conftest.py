"""Where the integration tests run, in which order, and what they do without Docker."""

import gc
import os
import shutil
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, settings
from scheduling import grouped, rank_of
from workers import run_in_workers

# What is imported now stays: to look for garbage in it takes a tenth of the collection.
gc.disable()
# Where Python may not write bytecode, each process that a test starts would compile all of ours.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# No test depends on how quick the machine is.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

_LEFT_OUT = {
    "embedded": {"compose", "executor"},
    "localstack": {"compose"},
    "compose": {"executor", "terminal"},
    "aws": {"compose", "executor", "terminal"},
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--target", choices=list(_LEFT_OUT), default="embedded", help="where the stack runs"
    )
    parser.addoption(
        "--workers", type=int, default=1, help="how many processes run tests (0: as many as suit)"
    )
    parser.addoption("--screenshots", help="the folder that the browser tests leave pictures in")


@pytest.fixture(scope="session")
def docker() -> None:
    """Skip without Docker, or fail where CI_REQUIRE_DOCKER=1 says that it has to be there."""
    asked = ["docker", "info", "--format", "{{.ServerVersion}}"]
    there = shutil.which("docker") and subprocess.run(asked, capture_output=True, check=False)
    if there and there.returncode == 0:
        return
    reason = "there is no Docker, or its engine does not answer"
    if os.environ.get("CI_REQUIRE_DOCKER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests in several processes, where that is asked for and there is something to run."""
    option = session.config.option
    groups = grouped(session.items)
    count = min(option.workers or (os.cpu_count() or 1) + 1, len(groups))
    if count < 2 or option.collectonly or option.usepdb or session.testsfailed:
        return None
    run_in_workers(session, groups, count)
    return True


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the target does not have, and put first what takes long.

    Compose and AWS have no terminal of `up`.
    """
    others = _LEFT_OUT[config.getoption("--target")]
    left_out = [item for item in items if any(map(item.get_closest_marker, others))]
    config.hook.pytest_deselected(items=left_out)
    items[:] = sorted((item for item in items if item not in left_out), key=rank_of)
