"""What `--help` and a shell's completion offer."""

import os
import subprocess
from typing import Any

import pytest
import typer
from integration.running import VISITPLANNR
from visitplannr.cli.main import app
from visitplannr.cli.panels import panel_of

GROUP: Any = typer.main.get_command(app)
COMMANDS = {name: command for name, command in GROUP.commands.items() if not command.hidden}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_a_group_a_sentence_and_an_example(name: str) -> None:
    command = COMMANDS[name]
    assert panel_of(name)
    assert command.help
    assert command.epilog.startswith("Example: ")
    assert f"visitplannr {name}" in command.epilog


@pytest.mark.parametrize("command", [GROUP, *COMMANDS.values()], ids=lambda one: one.name)
def test_a_flag_without_a_value_shows_none(command: Any) -> None:
    with typer.Context(command) as context:
        flags = [one for one in command.get_params(context) if getattr(one, "is_flag", False)]
        shown = {one.opts[0]: one.metavar for one in flags}
    assert shown == dict.fromkeys(shown, "")
    assert "--help" in shown


def completed(words: str, shell: str) -> list[str]:
    """Give what a shell is offered at the end of what was typed."""
    typed = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    given = {**typed, "_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    done = subprocess.run(
        [str(VISITPLANNR)], env={**os.environ, **given, "_VISITPLANNR_COMPLETE": shell},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return [line.partition("\t")[0] for line in done.stdout.splitlines()]


def test_a_shell_completes_commands_flags_and_their_values() -> None:
    assert completed("visitplannr st", "complete_bash") == ["stop", "status", "state"]
    assert completed("visitplannr env --shell f", "complete_bash") == ["fish"]
    assert completed("visitplannr up --para", "complete_fish") == ["--parameter-overrides"]
