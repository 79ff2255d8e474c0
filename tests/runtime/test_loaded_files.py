"""Code that has changed since an environment loaded it is not what runs next."""

import asyncio
import py_compile
import shutil
import time
from pathlib import Path

import pytest
from runtime.conftest import HANDLERS, Run
from visitplannr.model.code import Code

PATIENCE_SECONDS = 20


def wait_until_loaded(work: Path) -> None:
    """Wait until an environment has opened the function's code, though nothing was invoked."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any("app." in notes.read_text() for notes in work.glob("*/loaded-files")):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("compiled", [False, True], ids=["source", "compiled before"])
async def test_an_edit_before_the_first_invocation_counts(
    run: Run, tmp_path: Path, *, compiled: bool
) -> None:
    file = tmp_path / "code" / "app.py"
    file.parent.mkdir()
    file.write_text("def handler(event, context):\n    return 'before'\n", encoding="utf-8")
    if compiled:
        py_compile.compile(str(file))
    async with run("app.handler", code=file.parent) as running:
        running.host.warm()
        await asyncio.to_thread(wait_until_loaded, tmp_path / "tmp")
        file.write_text("def handler(event, context):\n    return 'after'\n", encoding="utf-8")
        assert (await running.invoke())[0] == b'"after"'


async def test_a_saved_file_of_a_local_layer_is_run_next(run: Run, tmp_path: Path) -> None:
    layer = tmp_path / "layer" / "python"
    layer.mkdir(parents=True)
    module = layer / "from_layer.py"
    module.write_text("TEXT = 'before'\n", encoding="utf-8")
    async with run("layered.handler", code=HANDLERS, layers=(Code(layer.parent),)) as running:
        assert (await running.invoke())[0] == b'"before"'
        module.write_text("TEXT = 'after that'\n", encoding="utf-8")
        assert (await running.invoke())[0] == b'"after that"'
        assert running.host.refresh() == []
        module.write_text("TEXT = 'at last'\n", encoding="utf-8")
        await running.logged("REPORT", 2)
        assert running.host.refresh() == [str(module)]


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js")
async def test_layers_of_node_functions_are_followed_too(run: Run, tmp_path: Path) -> None:
    package = tmp_path / "layer" / "nodejs" / "node_modules" / "mine"
    package.mkdir(parents=True)
    module = package / "index.js"
    code = tmp_path / "code"
    code.mkdir()
    (code / "index.js").write_text("exports.handler = async () => require('mine');")
    module.write_text("module.exports = 1;")
    layers = (Code(tmp_path / "layer"),)
    async with run("index.handler", runtime="nodejs22.x", code=code, layers=layers) as running:
        assert (await running.invoke())[0] == b"1"
        module.write_text("module.exports = 234;")
        assert (await running.invoke())[0] == b"234"
