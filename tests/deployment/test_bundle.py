import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from visitplannr.deployment.build.part import Part
from visitplannr.deployment.bundle import build_bundle


def names(content: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_the_bundle_has_what_ships_and_nothing_else(tmp_path: Path) -> None:
    for name in (
        "app.py",
        "package/module.py",
        "data/table.csv",
        "__pycache__/app.cpython-311.pyc",
        "package/old.pyc",
        "tests/test_app.py",
        ".env",
        ".git/config",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert names(build_bundle([Part(tmp_path)]).content) == [
        "app.py",
        "data/table.csv",
        "package/module.py",
    ]


def test_a_single_file_is_a_bundle_too(tmp_path: Path) -> None:
    code = tmp_path / "app.py"
    code.write_text("def handler(event, context): ...")
    assert names(build_bundle([Part(code)]).content) == ["app.py"]


def test_time_of_writing_does_not_count_but_content_does(tmp_path: Path) -> None:
    code = tmp_path / "app.py"
    code.write_text("one")
    (entry,) = zipfile.ZipFile(io.BytesIO(build_bundle([Part(tmp_path)]).content)).infolist()
    assert entry.date_time == (1980, 1, 1, 0, 0, 0)
    first = build_bundle([Part(tmp_path)])
    code.touch()
    assert build_bundle([Part(tmp_path)]) == first
    code.write_text("two")
    assert build_bundle([Part(tmp_path)]).digest != first.digest


def test_the_executable_bit_is_kept(tmp_path: Path) -> None:
    (tmp_path / "bootstrap").write_text("#!/bin/sh")
    (tmp_path / "bootstrap").chmod(0o700)
    (entry,) = zipfile.ZipFile(io.BytesIO(build_bundle([Part(tmp_path)]).content)).infolist()
    assert entry.external_attr >> 16 == 0o755


@given(content=st.binary())
def test_content_survives(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "blob").write_bytes(content)
        archive = zipfile.ZipFile(io.BytesIO(build_bundle([Part(Path(folder))]).content))
        assert archive.read("blob") == content


def test_parts_lie_at_their_places_and_the_first_is_on_top(tmp_path: Path) -> None:
    for path in ("code/app.py", "code/tests/gone.py", "packages/app.py", "packages/.kept",
                 "packages/words/tests/kept.py", "packages/words/__init__.pyc",
                 "modules/left-pad/index.js"):  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    parts = [
        Part(tmp_path / "code"),
        Part(tmp_path / "packages", made=True),
        Part(tmp_path / "modules", "node_modules/", made=True),
    ]
    content = build_bundle(parts).content
    assert names(content) == [
        ".kept", "app.py", "node_modules/left-pad/index.js", "words/tests/kept.py"
    ]  # fmt: skip
    assert zipfile.ZipFile(io.BytesIO(content)).read("app.py") == b"code/app.py"


def test_links_are_followed_but_not_in_circles(tmp_path: Path) -> None:
    code, shared = tmp_path / "code", tmp_path / "shared"
    code.mkdir()
    shared.mkdir()
    (shared / "words.py").touch()
    (code / "shared").symlink_to(shared)
    (code / "again").symlink_to(code)
    assert names(build_bundle([Part(code)]).content) == ["shared/words.py"]


def test_modules_beside_the_code_ship_unless_they_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "node_modules" / "a").mkdir(parents=True)
    (tmp_path / "node_modules" / "a" / "index.js").touch()
    assert names(build_bundle([Part(tmp_path)]).content) == ["node_modules/a/index.js"]
    left_out = Part(tmp_path, without=frozenset({"node_modules"}))
    assert names(build_bundle([left_out]).content) == []
