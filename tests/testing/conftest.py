"""What tests of the test kit share: an application of another team, and its running stack."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from visitplannr.testing import Stack

collect_ignore = ["application"]
APPLICATION = Path(__file__).with_name("application")


def copy_application(folder: Path) -> None:
    """Put the other team's repository into a folder."""
    left = shutil.ignore_patterns("__pycache__", ".*cache")
    shutil.copytree(APPLICATION, folder, ignore=left, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def shop() -> Iterator[Stack]:
    """The shop's running stack."""
    parameters = {"Currency": "GBP"}
    with Stack("template.yaml", folder=APPLICATION, parameters=parameters, logs=None) as stack:
        yield stack
