"""What a requirements.txt names is installed once, for the platform that is asked for."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from visitplannr.deployment.build.installer import Programs, find_programs, run_installer
from visitplannr.deployment.build.requirements import Platform, Requirements, command
from visitplannr.model.code import BuildError
from wheels import write_wheel

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
OTHER = "3.8"
ME = sys.executable
UV = ["/bin/uv", "pip", "install", "--python", ME, "--quiet", "--target", "/to"]
PIP = [
    *("python", "-m", "pip", "install"),
    *("--disable-pip-version-check", "--no-compile", "--quiet", "--target", "/to"),
]
FILE = ["--requirement", "requirements.txt"]
BOTH = Programs(("/bin/uv",), ("python", "-m", "pip"))
ONLY_PIP = Programs(None, ("python", "-m", "pip"))


def wheels(python: str) -> list[str]:
    return ["--only-binary", ":all:", "--python-version", python]


def platforms(newest: int, machine: str) -> list[str]:
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(newest, 16, -1)]
    tags += [f"manylinux2014_{machine}", f"linux_{machine}"]
    return ["--implementation", "cp", *(f"--platform={tag}" for tag in tags)]


COMMANDS: list[Any] = [
    pytest.param(BOTH, Platform(OWN), [*UV, *FILE], id="uv, here"),
    pytest.param(BOTH, Platform(OTHER), [*UV, *wheels(OTHER), *FILE], id="uv, other Python"),
    pytest.param(
        BOTH,
        Platform("3.13", "arm64"),
        [*UV, *wheels("3.13"), "--python-platform", "aarch64-manylinux_2_34", *FILE],
        id="uv, Lambda on arm64",
    ),
    pytest.param(
        BOTH,
        Platform("3.11", "x86_64"),
        [*UV, *wheels("3.11"), "--python-platform", "x86_64-manylinux_2_17", *FILE],
        id="uv, Amazon Linux 2's glibc 2.26",
    ),
    pytest.param(ONLY_PIP, Platform(OWN), [*PIP, *FILE], id="pip, here"),
    pytest.param(ONLY_PIP, Platform(OTHER), [*PIP, *wheels(OTHER), *FILE], id="pip, other Python"),
    pytest.param(
        ONLY_PIP,
        Platform("3.12", "arm64"),
        [*PIP, *wheels("3.12"), *platforms(34, "aarch64"), *FILE],
        id="pip, Lambda on arm64",
    ),
    pytest.param(
        ONLY_PIP,
        Platform("3.11", "x86_64"),
        [*PIP, *wheels("3.11"), *platforms(26, "x86_64"), *FILE],
        id="pip, Amazon Linux 2's glibc 2.26",
    ),
]


@pytest.mark.parametrize(("programs", "platform", "words"), COMMANDS)
def test_the_command_for_each_program_and_platform(
    programs: Programs, platform: Platform, words: list[str]
) -> None:
    assert command(programs, platform, Path("/to"), "requirements.txt") == words


def test_uv_on_the_path_comes_first(tmp_path: Path) -> None:
    program = tmp_path / "uv"
    program.touch(mode=0o755)
    assert find_programs({"PATH": str(tmp_path)}).uv == (str(program),)
    assert find_programs({"PATH": "/nowhere"}).uv == (ME, "-m", "uv")


def test_what_changes_a_pythons_imports_is_kept_from_programs() -> None:
    given = {"PATH": "/bin", "PYTHONPATH": "/mine", "PYTHONHOME": "/", "PIP_INDEX_URL": "here"}
    assert find_programs(given).variables == {"PATH": "/bin", "PIP_INDEX_URL": "here"}


class Recorder:
    """Installs as it is told to: a file in the target, or nothing with an error."""

    def __init__(self, error: str | None = None) -> None:
        self.error = error
        self.ran: list[list[str]] = []

    def __call__(
        self, words: Sequence[str], folder: Path, variables: Mapping[str, str]
    ) -> str | None:
        self.ran.append(list(words))
        target = Path(words[words.index("--target") + 1])
        (target / "words.py").write_text("TEXT = 'x'\n")
        (target / ".lock").touch()
        (target / "bin").mkdir()
        (target / "bin" / "words").touch()
        return self.error


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "requirements.txt").write_text("words==1.0\n")
    return folder


Made = Callable[..., Requirements]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(run: Recorder, programs: Programs = BOTH) -> Requirements:
        return Requirements(tmp_path / "cache", programs, print, run)

    return make


INTEL, ARM = Platform("3.13", "x86_64"), Platform("3.13", "arm64")


def test_each_content_and_platform_is_installed_once(code: Path, made: Made) -> None:
    run, file = Recorder(), code / "requirements.txt"
    requirements = made(run)
    first = requirements.install(file, ARM)
    assert [path.name for path in first.folder.iterdir()] == ["words.py"]
    assert first.inputs == (file,)
    assert requirements.install(file, ARM) == first
    assert len(run.ran) == 1
    others = [requirements.install(file, one).folder for one in (INTEL, Platform("3.13"))]
    assert len({first.folder, *others}) == 3
    with file.open("a") as opened:
        opened.write("more==1\n")
    assert requirements.install(file, ARM).folder != first.folder
    assert len(run.ran) == 4


REASONS: list[Any] = [
    pytest.param(
        "WARNING: x\nERROR: No matching distribution\nERROR: y\n", "No matching", id="pip"
    ),
    pytest.param(
        "error: No solution found\n  cause: Because words==1.0 is not there.\n\nhint: z\n",
        "No solution found Because words==1.0 is not there.",
        id="uv",
    ),
    pytest.param(
        "  \N{MULTIPLICATION SIGN} No solution found\n  \N{BOX DRAWINGS LIGHT ARC UP AND RIGHT}"
        "\N{BOX DRAWINGS LIGHT HORIZONTAL}\N{BLACK RIGHT-POINTING TRIANGLE} Because x.\n",
        "No solution found Because x.",
        id="uv before 0.12",
    ),
    pytest.param("", "it cannot be installed, and the installer says nothing", id="silence"),
]


@pytest.mark.parametrize(("errors", "reason"), REASONS)
def test_what_fails_is_one_line_and_leaves_nothing(
    code: Path, made: Made, tmp_path: Path, errors: str, reason: str
) -> None:
    requirements = made(Recorder(errors))
    with pytest.raises(BuildError) as failed:
        requirements.install(code / "requirements.txt", Platform("3.13"))
    assert str(failed.value).startswith(f"{code / 'requirements.txt'}: {reason}")
    assert "\n" not in str(failed.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_without_uv_and_pip_a_line_says_what_to_install(code: Path, made: Made) -> None:
    run = Recorder()
    with pytest.raises(BuildError, match=r"requirements\.txt: .*neither uv nor pip.*install uv"):
        made(run, Programs(None, None)).install(code / "requirements.txt", INTEL)
    assert run.ran == []


def test_what_takes_too_long_or_cannot_run_is_an_error(tmp_path: Path) -> None:
    assert run_installer([ME, "-c", "raise SystemExit('no')"], tmp_path, {}) == "no\n"
    assert run_installer([ME, "-c", ""], tmp_path, {}) is None
    assert "No such file" in (run_installer([str(tmp_path / "gone")], tmp_path, {}) or "")
    slow = run_installer([ME, "-c", "import time; time.sleep(60)"], tmp_path, {}, seconds=0.01)
    assert slow == f"{ME} needs more than 0.01 s"


@pytest.fixture
def indexed(code: Path, tmp_path: Path) -> Path:
    """Have a folder of wheels in the place of a registry."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    write_wheel(folder, "cp313-abi3-manylinux_2_28_x86_64", "MACHINE = 'intel'\n")
    write_wheel(folder, "cp313-abi3-manylinux_2_28_aarch64", "MACHINE = 'arm'\n")
    text = f"--no-index\n--find-links {folder}\nwords==1.0\n"
    (code / "requirements.txt").write_text(text)
    return code


@pytest.mark.parametrize(("architecture", "machine"), [("x86_64", "intel"), ("arm64", "arm")])
def test_wheels_are_those_of_the_function_not_of_this_machine(
    indexed: Path, tmp_path: Path, architecture: str, machine: str
) -> None:
    """By uv, which takes milliseconds; pip would take seconds."""
    said: list[str] = []
    requirements = Requirements(
        tmp_path / "cache", find_programs({"PATH": "/nowhere"}), said.append
    )
    file = indexed / "requirements.txt"
    folder = requirements.install(file, Platform("3.13", architecture)).folder
    assert machine in (folder / "words.py").read_text()
    assert len(said) == 1


def test_an_old_glibc_does_not_take_a_new_wheel(indexed: Path, tmp_path: Path) -> None:
    requirements = Requirements(tmp_path / "cache", find_programs({"PATH": "/nowhere"}), print)
    with pytest.raises(BuildError, match=r"requirements\.txt: No solution .* words==1\.0"):
        requirements.install(indexed / "requirements.txt", Platform("3.11", "x86_64"))
