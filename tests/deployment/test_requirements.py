"""What a requirements.txt names is installed once, for the platform that is asked for."""

from pathlib import Path

import pytest
from visitplannr.deployment.requirements import (
    Platform,
    install_requirements,
    installed_requirements,
)
from visitplannr.template.source import TemplateError
from wheels import write_wheel


@pytest.fixture
def code(tmp_path: Path) -> Path:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    write_wheel(wheels, "cp313-abi3-manylinux_2_28_x86_64", "MACHINE = 'intel'\n")
    write_wheel(wheels, "cp313-abi3-manylinux_2_28_aarch64", "MACHINE = 'arm'\n")
    folder = tmp_path / "code"
    folder.mkdir()
    requirements = f"--no-index\n--find-links {wheels}\nwords==1.0\n"
    (folder / "requirements.txt").write_text(requirements)
    return folder


@pytest.mark.parametrize(("architecture", "machine"), [("x86_64", "intel"), ("arm64", "arm")])
def test_wheels_are_those_of_the_function_not_of_this_machine(
    code: Path, tmp_path: Path, architecture: str, machine: str
) -> None:
    said: list[str] = []
    platform = Platform("3.13", architecture)
    assert installed_requirements(code, platform, tmp_path) is None
    folder = install_requirements(code, platform, tmp_path, said.append)
    assert folder
    assert machine in (folder / "words.py").read_text()
    assert install_requirements(code, platform, tmp_path, said.append) == folder
    assert installed_requirements(code, platform, tmp_path) == folder
    assert len(said) == 1


def test_an_old_glibc_does_not_take_a_new_wheel(code: Path, tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"Could not find a version .* words==1.0"):
        install_requirements(code, Platform("3.11", "x86_64"), tmp_path, print)


def test_a_changed_file_is_installed_anew(code: Path, tmp_path: Path) -> None:
    platform = Platform("3.13", "x86_64")
    first = install_requirements(code, platform, tmp_path, print)
    with (code / "requirements.txt").open("a") as file:
        file.write("# changed\n")
    assert installed_requirements(code, platform, tmp_path) is None
    assert install_requirements(code, platform, tmp_path, print) not in {None, first}


def test_nothing_is_required(tmp_path: Path) -> None:
    assert install_requirements(tmp_path, Platform("3.13"), tmp_path, print) is None
    assert installed_requirements(tmp_path, Platform("3.13"), tmp_path) is None
