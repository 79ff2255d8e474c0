"""What was built is there whole; what was damaged since is built again."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from visitplannr.deployment.build import folders
from visitplannr.deployment.build.folders import beside, is_there, put


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "cache" / "built"
    with beside(folder) as part:
        (part / "made" / "inside").mkdir(parents=True)
        (part / "made" / "module.py").write_text("1 + 1")
        (part / "made" / "inside" / "link").symlink_to("../module.py")
        put(part / "made", folder)
    return folder


def another_process() -> None:
    folders._whole.clear()


@pytest.fixture(autouse=True)
def looked_at_anew(built: Path) -> None:
    another_process()


def test_it_is_there_as_it_was_put(built: Path) -> None:
    assert is_there(built)
    assert not is_there(built.with_name("other"))


def compile_it(built: Path) -> None:
    (built / "__pycache__").mkdir()
    (built / "__pycache__" / "module.pyc").touch()


def of_an_earlier_version(built: Path) -> None:
    built.with_name("built.count").unlink()
    (built / "module.py").unlink()


@pytest.mark.parametrize("change", [compile_it, of_an_earlier_version])
def test_what_is_no_damage(built: Path, change: Callable[[Path], None]) -> None:
    change(built)
    assert is_there(built)


def cut(built: Path) -> None:
    (built / "module.py").write_text("")


def lose_a_file(built: Path) -> None:
    (built / "inside" / "link").unlink()


def lose_a_folder(built: Path) -> None:
    shutil.rmtree(built / "inside")


@pytest.mark.parametrize("damage", [cut, lose_a_file, lose_a_folder])
def test_what_is_damaged_goes_and_is_looked_at_once_in_a_process(
    built: Path, damage: Callable[[Path], None]
) -> None:
    assert is_there(built)
    damage(built)
    assert is_there(built)
    another_process()
    assert not is_there(built)
    assert not built.exists()
