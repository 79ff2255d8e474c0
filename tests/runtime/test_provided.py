"""The folder of links to what a Python is given is healed when a link is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from visitplannr.runtime.interpreter import provide_packages


def lose(link: Path) -> None:
    link.unlink()


def lead_nowhere(link: Path) -> None:
    link.unlink()
    link.symlink_to("nowhere")


def be_a_folder(link: Path) -> None:
    link.unlink()
    link.mkdir()


def be_of_an_earlier_version(link: Path) -> None:
    """Its mark did not say which links there are."""
    link.unlink()
    link.with_name(".complete").write_text("")


@pytest.mark.parametrize("damage", [lose, lead_nowhere, be_a_folder, be_of_an_earlier_version])
def test_a_link_is_made_again(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    folder = provide_packages(tmp_path)
    boto3 = folder / "boto3"
    target = boto3.readlink()
    damage(boto3)
    assert provide_packages(tmp_path) == folder
    assert boto3.is_symlink()
    assert boto3.readlink() == target
