"""Functions that are not of the application that is served: what their archives are."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from visitplannr.up.other_functions import kept_code

STACK = {"aws:cloudformation:stack-name": "shop"}


@pytest.mark.parametrize(
    ("files", "tags", "inline"),
    [
        pytest.param(["index.py"], STACK, "text", id="inline code"),
        pytest.param(["index.js"], STACK, "text", id="inline code of Node.js"),
        pytest.param(["index.py", "more.py"], STACK, None, id="a folder"),
        pytest.param(["app.py"], STACK, None, id="one file of a folder"),
        pytest.param(["index.py"], {}, None, id="made by a call"),
        pytest.param([], STACK, None, id="nothing"),
    ],
)
def test_inline_code_is_known_by_its_archive(
    tmp_path: Path, files: list[str], tags: Mapping[str, str], inline: str | None
) -> None:
    for name in files:
        (tmp_path / name).write_text("text")
    assert kept_code(tmp_path, tags).inline == inline
