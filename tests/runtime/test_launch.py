"""What an environment is started with: paths of layers, wrapper scripts, Node.js packages."""

import ast
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from runtime.conftest import FUNCTION
from visitplannr.model.code import BuildError, Built, Code
from visitplannr.runtime import bootstrap as python_bootstrap
from visitplannr.runtime import handler_probe, runtime_client
from visitplannr.runtime.notes import note_inputs
from visitplannr.runtime.preparation import Prepared, prepare
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.search_paths import (
    WRAPPER,
    library_paths,
    node_path,
    python_path,
    wrapper,
)


class Builds:
    """Gives what a test says; layers as they are."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self.asked: list[tuple[Any, ...]] = []

    def function(self, code: Code, runtime: str, layers: tuple[Path, ...] = ()) -> Built:
        self.asked.append((code, runtime, layers))
        return self.built

    def layer(self, code: Code, runtime: str) -> Built:
        return Built(code.path, inputs=(code.path / "input",))


def prepared(code: Path, *layers: Path, **changes: Any) -> Prepared:
    function = replace(FUNCTION, code=code, layers=tuple(map(Code, layers)), **changes)
    return prepare(function, function.runtime, Builds(Built(code)))


@pytest.fixture
def layers(tmp_path: Path) -> tuple[Path, Path]:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in ("bin", "lib", "python/lib/python3.13/site-packages", "nodejs/node_modules"):
        (one / folder).mkdir(parents=True)
    for folder in ("bin", "python", "nodejs/node22/node_modules"):
        (two / folder).mkdir(parents=True)
    (one / "wrap").touch()
    (two / "wrap").touch()
    (one / "only").touch()
    return one, two


def test_l51_packages_of_the_last_layer_come_first(layers: tuple[Path, Path]) -> None:
    one, two = layers
    function = prepared(one, one, two)
    assert python_path(function, Path("/lambda")).split(":") == [
        f"{two}/python",
        f"{one}/python/lib/python3.13/site-packages",
        f"{one}/python",
        "/lambda",
    ]
    node = replace(function, function=replace(function.function, runtime="nodejs22.x"))
    found = [two / "nodejs/node22/node_modules", one / "nodejs/node_modules"]
    assert list(node_path(node)) == found


def test_what_is_required_comes_first_and_what_the_runtime_has_last(tmp_path: Path) -> None:
    for name in ("required", "provided", "layer/python", "layer/nodejs/node_modules"):
        (tmp_path / name).mkdir(parents=True)
    built = Built(tmp_path, (tmp_path / "required",), (tmp_path / "provided",))
    function = replace(FUNCTION, layers=(Code(tmp_path / "layer"),))
    found = prepare(function, "python3.13", Builds(built))
    places = python_path(found, Path("/lambda")).replace(f"{tmp_path}/", "").split(":")
    assert places == ["required", "layer/python", "provided", "/lambda"]
    names = [str(path.relative_to(tmp_path)) for path in node_path(found)]
    assert names == ["required", "layer/nodejs/node_modules", "provided"]


def test_l47_programs_and_libraries_of_layers_are_found(layers: tuple[Path, Path]) -> None:
    one, two = layers
    code = one.parent / "code"
    code.mkdir()
    assert library_paths(prepared(code, one, two), "/bin") == {
        "PATH": f"/bin:{two}/bin:{one}/bin",
        "LD_LIBRARY_PATH": f"{code}:{one}/lib",
    }
    assert library_paths(prepared(code), "/bin") == {}
    own = {"PATH": "/own", "LD_LIBRARY_PATH": "/own"}
    assert library_paths(prepared(code, one, environment=own), "/bin") == {}


WRAPPERS: list[Any] = [
    pytest.param("/opt/wrap", ["two/wrap"], id="the last layer's"),
    pytest.param("/opt/only", ["one/only"], id="another layer's"),
    pytest.param("/var/task/own", ["code/own"], id="the code's"),
    pytest.param("", [], id="none"),
]


@pytest.mark.parametrize(("named", "found"), WRAPPERS)
def test_a_wrapper_script_is_where_lambda_has_it(
    layers: tuple[Path, Path], named: str, found: list[str]
) -> None:
    code = layers[0].parent / "code"
    code.mkdir()
    (code / "own").touch()
    wrapped = wrapper(prepared(code, *layers, environment={WRAPPER: named}))
    assert wrapped == [str(code.parent / name) for name in found]


def test_a_wrapper_script_that_is_not_there_is_named(tmp_path: Path) -> None:
    environment = {WRAPPER: "/opt/bootstrap"}
    with pytest.raises(BuildError, match=r"its AWS_LAMBDA_EXEC_WRAPPER /opt/bootstrap is in none"):
        wrapper(prepared(tmp_path, environment=environment))
    provided = prepared(tmp_path, environment=environment, runtime="provided.al2023")
    assert wrapper(provided) == []


# What it is made of


def test_layers_are_built_first_and_those_that_are_not_here_left_out(tmp_path: Path) -> None:
    builds = Builds(Built(tmp_path / "built", inputs=(tmp_path / "zip",)))
    (tmp_path / "built").mkdir()
    gone = Code(tmp_path, fault="it is far away")
    layers = (Code(tmp_path / "layer"), gone)
    function = replace(FUNCTION, code=tmp_path, layers=layers, inline="x = 1")
    found = prepare(function, "python3.11", builds)
    assert builds.asked == [(function.own_code, "python3.11", (tmp_path / "layer",))]
    assert found.function.code == tmp_path / "built"
    assert found.function.inline is None
    assert found.inputs == (tmp_path / "zip", tmp_path / "layer" / "input")
    assert found.code_folders == (tmp_path, tmp_path / "built")


def test_files_are_noted_with_those_that_may_come(tmp_path: Path) -> None:
    code, layer, state = tmp_path / "code", tmp_path / "layer", tmp_path / "code" / "state"
    for path in ("code/index.js", "code/node_modules/a.js", "code/.git/b", "code/.env",
                 "code/state/c", "layer/node_modules/d.js"):  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    builds = Builds(Built(code, inputs=(code / "package.json",)))
    found = prepare(replace(FUNCTION, code=code, layers=(Code(layer),)), "nodejs22.x", builds)
    notes = tmp_path / "notes"
    note_inputs(found, notes, [state], whole=True)
    noted = notes.read_text().replace(f"{tmp_path}/", "").splitlines()
    assert noted[:2] == ["-1 -1 code/package.json", "-1 -1 layer/input"]
    assert [line.split()[2] for line in noted[2:]] == [
        "code/.env", "code/index.js", "layer/node_modules/d.js"
    ]  # fmt: skip
    note_inputs(found, notes, [], whole=False)
    assert len(notes.read_text().splitlines()) == 2


def test_what_a_provided_runtime_lacks_is_said_before_it_is_started(tmp_path: Path) -> None:
    runtimes = Runtimes(tmp_path, "", tmp_path)
    function = replace(FUNCTION, runtime="provided.al2023", code=tmp_path)
    with pytest.raises(BuildError, match=r"there is no .*/bootstrap: a provided runtime"):
        runtimes.prepare(function)


@pytest.mark.parametrize("module", [python_bootstrap, runtime_client, handler_probe])
def test_what_runs_on_a_functions_own_python_has_the_syntax_of_3_8(module: ModuleType) -> None:
    text = Path(str(module.__file__)).read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 8))
    postponed = "from __future__ import annotations" in text
    unions = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)
    )
    assert postponed or not list(unions)
