"""Each kind of code that a template can name answers over HTTP; what is saved counts at once."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from integration import code_application as code
from integration.running import Emulated, Stack, up

pytestmark = pytest.mark.terminal
needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm")
SAYS = "def handler(event, context):\n    return {'statusCode': 200, 'body': %s}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return code.write_application(tmp_path_factory.mktemp("kinds"))


@pytest.fixture(scope="module")
def kinds(
    stack: Emulated, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """One `up` for all kinds; the state folder is the template's, as it is when nobody says."""
    place = ("--template", str(folder / "template.yaml"), "--endpoint-url", stack.endpoint_url)
    layer = ("--layer", f"{code.LAYER_ARN}={folder.parent / 'adapter'}")
    with up(folder / ".visitplannr", *place, *layer) as application:
        yield application.ready()


ANSWERS: list[Any] = [
    pytest.param("default", "the template's folder", id="no CodeUri"),
    pytest.param("above", "above the template", id="CodeUri above the template"),
    pytest.param("zipped", "an archive", id="CodeUri an archive"),
    pytest.param("inline", "inline in us-east-1", id="InlineCode, Python"),
    pytest.param("inline-node", "inline too", id="InlineCode, Node.js"),
    pytest.param("required", "required!", id="requirements: -r, -e, both relative paths"),
    pytest.param("layered", "required in a layer and another", id="layers: BuildMethod, archive"),
    pytest.param("node", "a package!", id="package.json, require", marks=needs_npm),
    pytest.param("module", "a package!", id="package.json, import", marks=needs_npm),
    pytest.param("node-layered", "a package", id="layer: BuildMethod of Node.js", marks=needs_npm),
    pytest.param("typed", "typed", id="esbuild"),
    pytest.param("made", "by make", id="makefile"),
    pytest.param("provided", "bootstrap", id="provided"),
    pytest.param("old", "a folder", id="python3.9, or what is at hand"),
]


@pytest.mark.parametrize(("path", "text"), ANSWERS)
def test_a_kind_of_code_answers(kinds: Stack, path: str, text: str) -> None:
    answer = kinds.http.get(f"/{path}")
    assert (answer.status_code, answer.text) == (200, text)


def test_a_layer_by_arn_is_the_folder_that_was_named_and_its_wrapper_is_run(kinds: Stack) -> None:
    answer = kinds.http.get("/wrapped")
    assert answer.status_code == 200
    assert answer.text.startswith("by ")
    assert answer.text.endswith("/bootstrap")


REFUSED: list[Any] = [
    pytest.param("image", "Image", "a container image; images are not run locally", id="image"),
    pytest.param("far", "Far", "its code is at s3://bucket/code.zip", id="S3"),
    pytest.param("gone", "Gone", "/gone does not exist", id="a folder that is not there"),
    pytest.param("java", "Java", "its runtime is java21", id="a runtime that is not run"),
    pytest.param("unread", "Unread", "requirements.txt:1: ./gone.whl", id="requirements"),
    pytest.param("foreign", "Foreign", "bootstrap is a program for machine 22", id="architecture"),
]


@pytest.mark.parametrize(("path", "function", "reason"), REFUSED)
def test_what_cannot_be_run_is_said_at_the_start_and_answers_with_it(
    kinds: Stack, path: str, function: str, reason: str
) -> None:
    answer = kinds.http.get(f"/{path}")
    assert answer.status_code == 501
    message = answer.json()["message"]
    assert message.startswith(f"{function} is not run: ")
    assert reason in message
    assert f"{message}." in kinds.output.partition("Routes")[0]


def test_l49_code_is_read_only_and_tmp_is_the_environments_own(kinds: Stack, folder: Path) -> None:
    read_only = "[Errno 30] Read-only file system"
    for path in ("writing", "writing-too"):
        assert kinds.http.get(f"/{path}").json() == [read_only, read_only, "written", ["new"]]
    assert [path.name for path in (folder / "writing").iterdir()] == ["app.py"]


def written(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


def archived(folder: Path) -> None:
    code.write_archive(folder / "code.zip", "zipped.py", SAYS % "'another archive'")


def repackaged(folder: Path) -> None:
    (folder / "modules" / "theirs" / "index.js").write_text("module.exports = 'another package';")


REQUIRED = "--no-index\n-e ../mine\n"
SAVED: list[Any] = [
    pytest.param("zipped", archived, "another archive", id="archive"),
    pytest.param(
        "required", written("mine/mine.py", "TEXT = '?'\n"), "required?", id="a project it requires"
    ),
    pytest.param("layered", written("layer/own.py", "T = ' now'\n"), "required now and another",
                 id="layer"),
    pytest.param("node", written("modules/mine/index.js", "module.exports = 'new';"), "new",
                 id="package", marks=needs_npm),
    pytest.param("node-layered", repackaged, "another package", id="package of a layer",
                 marks=needs_npm),
    pytest.param("made", written("made/source.txt", "'again'"), "again", id="makefile"),
    pytest.param(
        "typed",
        written("typed/app.ts", "const text: string = 'newer';\n"
                "exports.handler = async () => ({ statusCode: 200, body: text });\n"),
        "newer", id="esbuild",
    ),
    pytest.param("unread", written("broken/requirements.txt", "--no-index\n"), None,
                 id="requirements that can be read now"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "save", "text"), SAVED)
def test_what_is_saved_counts_for_the_very_next_request(
    kinds: Stack, folder: Path, path: str, save: Callable[[Path], object], text: str | None
) -> None:
    kinds.http.get(f"/{path}")
    save(folder)
    answer = kinds.http.get(f"/{path}")
    if text is None:
        assert answer.status_code == 500  # its code has a syntax error, as before
    else:
        assert (answer.status_code, answer.text) == (200, text)


def test_requirements_that_are_saved_are_installed_for_the_next_request(
    kinds: Stack, folder: Path
) -> None:
    file = folder / "beside" / "requirements.txt"
    file.write_text(REQUIRED)
    assert kinds.http.get("/required").status_code == 500
    file.write_text(f"{REQUIRED}../wheels/words-1.0-py3-none-any.whl\n")
    assert kinds.http.get("/required").text.startswith("required")


def test_code_that_cannot_be_built_any_more_is_said_until_it_can(
    kinds: Stack, folder: Path
) -> None:
    source = folder / "typed" / "app.ts"
    before = source.read_text()
    source.write_text("const ! = 1;\n")
    answer = kinds.http.get("/typed")
    assert answer.status_code == 501
    assert 'app.ts:1:9: Unexpected "!"' in answer.json()["message"]
    source.write_text(before)
    assert kinds.http.get("/typed").status_code == 200


def test_inline_code_is_that_of_the_saved_template(kinds: Stack, folder: Path) -> None:
    """The last one: the application is another one afterwards."""
    code.write_template(folder, "saved")
    kinds.wait_for(r"template\.yaml is applied\.")
    assert kinds.http.get("/inline").text == "saved in us-east-1"
