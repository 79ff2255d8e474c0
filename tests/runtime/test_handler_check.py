"""What is said of a handler before anybody calls it."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from runtime.conftest import FUNCTION
from visitplannr.model.code import BuildError, Built, Code
from visitplannr.runtime.handler_check import (
    Fault,
    handler_fault,
    missing_module,
    missing_requirement,
)
from visitplannr.runtime.interpreter import OWN
from visitplannr.runtime.preparation import AsItIs
from visitplannr.runtime.runtimes import Runtimes


@pytest.fixture
def runtimes(runtimes: Runtimes) -> Runtimes:
    return Runtimes(runtimes.cache, os.environ["PATH"], Path.home())


TEXTS = {
    "app.py": "import os\nassert os.environ['TABLE'] == 'events'\ndef handler(e, c): ...\nX = 1\n",
    "bad.py": "def handler(e, c):\n    return (\n",
    "uses_bad.py": "import bad\n",
    "raises.py": "raise ValueError('no table')\n",
    "ends.py": "raise SystemExit\n",
    "needs.py": "import nowhere\n",
    "index.mjs": "",
    "typed.ts": "",
}
NODE = "nodejs20.x"
FAULTS: list[Any] = [
    pytest.param("app.handler", OWN, None, id="none"),
    pytest.param("app.Y", OWN, "app.Y: app has no function Y", id="no function"),
    pytest.param("app.X", OWN, "X in app is of type int, and no function", id="a number"),
    pytest.param("gone.handler", OWN, "No module named 'gone'", id="no module"),
    pytest.param("needs.handler", OWN, "'nowhere'; name what brings nowhere in", id="import"),
    pytest.param("raises.handler", OWN, "ValueError: no table", id="raised"),
    pytest.param("index.handler", NODE, None, id="Node.js"),
    pytest.param("gone.handler", NODE, "there is no gone.mjs, gone.js, gone.cjs", id="no script"),
    pytest.param("typed.handler", NODE, "typed.ts has to be built: Metadata with BuildMethod: "
                 "esbuild", id="TypeScript"),
    pytest.param("run.sh", OWN, None, id="a wrapper starts it"),
]  # fmt: skip


def fault(tmp_path: Path, runtimes: Runtimes, handler: str, runtime: str) -> Fault | None:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text)
    wrapped = {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/x"} if handler == "run.sh" else {}
    function = replace(FUNCTION, code=tmp_path, handler=handler, runtime=runtime)
    environment = {**function.environment, **wrapped}
    return handler_fault(replace(function, environment=environment), runtimes, "us-east-1")


@pytest.mark.parametrize(("handler", "runtime", "message"), FAULTS)
def test_a_handler_that_cannot_be_called_is_said(
    tmp_path: Path, runtimes: Runtimes, handler: str, runtime: str, message: str | None
) -> None:
    found = fault(tmp_path, runtimes, handler, runtime)
    assert (found is None) if message is None else message in (found or Fault("")).message


@pytest.mark.parametrize("handler", ["bad.handler", "uses_bad.handler"])
def test_a_syntax_error_has_its_own_place(tmp_path: Path, runtimes: Runtimes, handler: str) -> None:
    found = fault(tmp_path, runtimes, handler, OWN)
    assert found == Fault("'(' was never closed", (str(tmp_path / "bad.py"), 2, 12))


class Unbuilt(AsItIs):
    """Builds nothing, and says why."""

    def function(self, code: Code, _runtime: str, _layers: tuple[Path, ...] = ()) -> Built:
        raise BuildError("requirements.txt: no words")


def test_code_that_cannot_be_built_is_a_fault(tmp_path: Path) -> None:
    runtimes = Runtimes(tmp_path, os.environ["PATH"], Path.home(), Unbuilt())
    assert fault(tmp_path, runtimes, "app.handler", OWN) == Fault("requirements.txt: no words")


def test_what_only_this_machine_lacks_is_no_error_of_the_template(
    tmp_path: Path, runtimes: Runtimes
) -> None:
    found = fault(tmp_path, runtimes, "main", "provided.al2023")
    assert found
    assert (found.local, "there is no" in found.message) == (True, True)


def test_what_a_layer_may_have_is_not_missed(tmp_path: Path, runtimes: Runtimes) -> None:
    (tmp_path / "app.py").write_text("import from_a_layer\n")
    arn = "arn:aws:lambda:us-east-1:1:layer:L:1"
    function = replace(FUNCTION, code=tmp_path, runtime=OWN, missing_layers=(arn,))
    assert handler_fault(function, runtimes, "us-east-1") is None
    assert handler_fault(replace(function, missing_layers=()), runtimes, "us-east-1")


@pytest.mark.parametrize(
    ("handler", "runtime", "says"),
    [
        ("app.handler", OWN, None),
        ("gone.handler", OWN, "there is no gone.py in "),
        ("handler", OWN, "its Handler handler is no MODULE.FUNCTION"),
        ("package.sub.handler", OWN, "there is no package/sub.py in "),
        ("index.handler", NODE, None),
        ("gone.handler", NODE, "there is no gone.mjs"),
        ("bootstrap", "provided.al2023", "there is no "),
    ],
)
def test_a_handler_without_a_file_is_known_before_it_is_run(
    tmp_path: Path, runtimes: Runtimes, handler: str, runtime: str, says: str | None
) -> None:
    for name in ("app.py", "index.mjs"):
        (tmp_path / name).touch()
    function = replace(FUNCTION, code=tmp_path, handler=handler, runtime=runtime)
    found = missing_module(function, runtimes)
    assert (found is None) if says is None else (found or "").startswith(says)


@pytest.mark.parametrize(
    ("message", "package"),
    [
        ("Unable to import module 'app': No module named 'stripe'", "stripe"),
        ("Unable to import module 'app': No module named 'google.cloud'", "google"),
        ("Unable to import module 'app': No module named 'app'", None),
        ("Syntax error in module 'app'", None),
    ],
)
def test_a_missing_package_is_to_be_named_in_requirements(
    tmp_path: Path, message: str, package: str | None
) -> None:
    function = replace(FUNCTION, code=tmp_path, handler="app.handler", runtime=OWN)
    expected = f"name what brings {package} in {tmp_path / 'requirements.txt'}"
    assert missing_requirement(message, function) == (expected if package else None)
