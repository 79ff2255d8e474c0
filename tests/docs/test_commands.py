"""Every command in README.md and the guides is run by some test, and those in texts exist."""

import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from guides import ELSEWHERE, GUIDES, ROOT, blocks, mentioned, place_of
from visitplannr.cli.main import app

MENTIONED = sorted({command for _, command in mentioned()})
GROUP: Any = typer.main.get_command(app)
CONTEXT = typer.Context(GROUP)


@pytest.mark.parametrize(("begin", "place"), ELSEWHERE.items())
def test_a_command_that_is_run_elsewhere_is_there_and_run(begin: str, place: str) -> None:
    assert any(block.startswith(begin) for guide in GUIDES for block in blocks(guide))
    file, _, name = place.partition("::")
    assert name in (ROOT / "tests" / file).read_text(encoding="utf-8")


def test_the_longest_beginning_counts() -> None:
    assert place_of("pytest -n 2\n") != place_of("pytest\n")
    assert place_of("visitplannr status\n") is None


@pytest.mark.parametrize("command", MENTIONED)
def test_a_command_in_a_text_exists_with_its_flags(command: str) -> None:
    words = shlex.split(command.partition(" | ")[0].rstrip("…"), comments=True)
    found = GROUP if words[1].startswith("-") else GROUP.get_command(CONTEXT, words[1])
    assert found, command
    flags = {word for word in words[1:] if word.startswith("-") and len(word) > 1}
    assert flags - known_flags(found) == set()


def known_flags(command: Any) -> set[str]:
    options = command.get_params(typer.Context(command))
    return {flag for option in options for flag in (*option.opts, *option.secondary_opts)}


def test_what_does_not_exist_is_found_out() -> None:
    for command in ("visitplannr never", "visitplannr up --never", "visitplannr --never"):
        with pytest.raises(AssertionError):
            test_a_command_in_a_text_exists_with_its_flags(command)


def test_the_guides_are_named_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    others = "".join(Path(guide).read_text(encoding="utf-8") for guide in GUIDES[1:])
    for guide in GUIDES[1:]:
        assert f"docs/{guide.name}" in readme or f"({guide.name}" in others, guide.name
