"""What requirements files say, wherever they are installed from."""

import contextlib
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.deployment.build.requirement_files import read_requirements
from visitplannr.model.code import BuildError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A template's folder with a function's, and what both may name."""
    for name in ("fn/lib/x.py", "fn/one.whl", "fn/more.txt", "common/x.py", "wheels/two.whl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


def lines(project: Path, text: str) -> list[str]:
    """Read a text as the function's, with the project's folder written as PROJECT."""
    file = project / "fn" / "requirements.txt"
    file.write_text(text, encoding="utf-8")
    found = read_requirements(file, project).lines
    return [line.replace(str(project), "PROJECT") for line in found]


LINES: list[Any] = [
    pytest.param("boto3==1.0", ["boto3==1.0"], id="a package"),
    pytest.param("a>=1; python_version < '3.12'  # why", ["a>=1; python_version < '3.12'"],
                 id="marker and comment"),
    pytest.param("# nothing\n\n  \na#b\n", ["a#b"], id="comments and blanks"),
    pytest.param("\\", [], id="a backslash alone"),
    pytest.param("a==1 \\\n  --hash=sha256:1 \\\n  --hash=sha256:2\nb", [
        "a==1 --hash=sha256:1 --hash=sha256:2", "b"], id="hashes"),
    pytest.param("./lib", ["PROJECT/fn/lib"], id="own folder"),
    pytest.param("./common", ["PROJECT/common"], id="the template's folder"),
    pytest.param("../common", ["PROJECT/common"], id="above"),
    pytest.param("lib/", ["PROJECT/fn/lib"], id="with a slash"),
    pytest.param("one.whl", ["PROJECT/fn/one.whl"], id="a wheel"),
    pytest.param("./lib[extra] ; python_version > '3'", [
        "PROJECT/fn/lib[extra] ; python_version > '3'"], id="extras and marker"),
    pytest.param("one.whl --hash=sha256:1", ["PROJECT/fn/one.whl --hash=sha256:1"],
                 id="a wheel with a hash"),
    pytest.param("-e ./lib", ["PROJECT/fn/lib"], id="editable"),
    pytest.param("--editable=lib", ["PROJECT/fn/lib"], id="editable, a name"),
    pytest.param("-e git+https://h/r", ["git+https://h/r"], id="editable, a repository"),
    pytest.param("x @ ./lib", ["x @ file://PROJECT/fn/lib"], id="a named path"),
    pytest.param("x @ https://h/x.whl", ["x @ https://h/x.whl"], id="a named address"),
    pytest.param("https://h/x.whl", ["https://h/x.whl"], id="an address"),
    pytest.param("-f wheels\n--find-links=https://h", ["-f PROJECT/wheels",
                                                       "--find-links https://h"], id="links"),
    pytest.param("--index-url https://h/simple\n--no-index", [
        "--index-url https://h/simple", "--no-index"], id="other options"),
    pytest.param("-c more.txt", ["-c PROJECT/fn/more.txt"], id="constraints"),
    pytest.param("\ufeffa", ["a"], id="a byte order mark"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), LINES)
def test_a_line(project: Path, text: str, found: list[str]) -> None:
    assert lines(project, text) == found


def test_files_that_are_included_stand_in_their_places(project: Path) -> None:
    (project / "base").mkdir()
    (project / "base" / "all.txt").write_text("b\n-r ../fn/more.txt\n./own\n")
    (project / "base" / "own").mkdir()
    (project / "fn" / "more.txt").write_text("c\n-r requirements.txt\n")
    file = project / "fn" / "requirements.txt"
    assert lines(project, "a\n-r ../base/all.txt\nd") == ["a", "b", "c", "PROJECT/base/own", "d"]
    found = read_requirements(file, project)
    assert [path.name for path in found.files] == ["requirements.txt", "all.txt", "more.txt"]


MISSING: list[Any] = [
    pytest.param("a\n\n./gone", ":3: ./gone does not exist in FN or PROJECT", id="a path"),
    pytest.param("a\n./gone \\\n  \\", ":2: ./gone does not exist in FN or PROJECT", id="cut off"),
    pytest.param("-r gone.txt", ":1: gone.txt does not exist in FN or PROJECT", id="a file"),
]


@pytest.mark.parametrize(("text", "says"), MISSING)
def test_what_is_not_there_is_named_with_its_line(project: Path, text: str, says: str) -> None:
    with pytest.raises(BuildError) as failed:
        lines(project, text)
    file = project / "fn" / "requirements.txt"
    wanted = says.replace("FN", str(project / "fn")).replace("PROJECT", str(project))
    assert str(failed.value) == f"{file}{wanted}"


def test_what_is_no_text_is_said(project: Path) -> None:
    file = project / "fn" / "requirements.txt"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(BuildError, match="is not UTF-8"):
        read_requirements(file)
    file.unlink()
    with pytest.raises(BuildError, match="cannot be read"):
        read_requirements(file)


def test_a_project_that_is_required_counts_with_its_files(project: Path) -> None:
    file = project / "fn" / "requirements.txt"
    file.write_text("./lib\n")
    found = read_requirements(file)
    before = found.digest()
    assert found.inputs == (file, project / "fn/lib/x.py")
    for name in ("build/x.py", "x.egg-info/PKG-INFO", ".hidden"):
        (project / "fn/lib" / name).parent.mkdir(exist_ok=True)
        (project / "fn/lib" / name).touch()
    assert read_requirements(file).digest() == before
    os.utime(project / "fn/lib/x.py", ns=(1, 1))
    assert read_requirements(file).digest() != before


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read_or_refused_by_its_name(text: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text(text, encoding="utf-8")
        with contextlib.suppress(BuildError):
            assert all(line.strip() for line in read_requirements(file).lines)
