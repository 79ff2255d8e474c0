"""Code that has changed since an environment loaded it is not what runs next."""

import asyncio
import py_compile
import time
from pathlib import Path

import pytest
from runtime.conftest import Run

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
