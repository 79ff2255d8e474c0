"""What a terminal gets: times, colours, columns, and nothing that it would obey."""

import io
import re
import time

import pytest
from visitplannr.up.function_output import is_boilerplate, is_error, visible
from visitplannr.up.session import terminal_on
from visitplannr.up.terminal import Terminal, columns

AT_MS = 1_795_564_800_123


def printed(*, colour: bool = False, **log: object) -> str:
    stream = io.StringIO()
    terminal = Terminal(stream, colour=colour)
    terminal.log("Greeter", "one\ntwo\x1b[2J", **log)  # type: ignore[arg-type] # as a test has it
    terminal.say("said \x1b]52;c;aGk=\x07")
    terminal.close()
    return stream.getvalue()


def test_a_functions_line_begins_with_its_id_and_a_space_then_the_time() -> None:
    of_day = time.strftime("%H:%M:%S", time.localtime(AT_MS // 1000))
    lines = printed(at_ms=AT_MS).splitlines()
    assert lines[:2] == [f"Greeter {of_day}.123 one", rf"Greeter {of_day}.123 two\x1b[2J"]


def test_only_our_own_escapes_reach_the_terminal() -> None:
    assert "\x1b" not in printed()
    painted = printed(colour=True, alarming=True)
    assert set(re.findall(r"\x1b\[(\d+)m", painted)) == {"36", "0", "31"}
    assert re.sub(r"\x1b\[\d+m", "", painted).count("\x1b") == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ü 日本", "plain ü 日本"),
        ("a\tb\nc", "a\tb\nc"),
        ("\x1b]52;c;aGk=\x07", r"\x1b]52;c;aGk=\x07"),
        ("\x9b2J", r"\x9b2J"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\u202eevil\u2066", r"\u202eevil\u2066"),
        ("\x00\x7f", r"\x00\x7f"),
    ],
)
def test_control_characters_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("message", "boilerplate", "error"),
    [
        ("[INFO]\t2026\tid\tFound credentials in environment variables.", True, False),
        ("[INFO]\t2026\tid\tFound endpoint for sqs via: environment_global.", True, False),
        ("[WARNING]\t2026\t\tLAMBDA_WARNING: Unhandled exception. The most", True, False),
        ('{"level": "INFO", "message": "Found endpoint for s3 via: environment_global."}', True,
         False),
        ("[INFO]\t2026\tid\tFound a bug", False, False),
        ("Found credentials in environment variables.", False, False),
        ("[ERROR] ValueError: no", False, True),
        ('{"timestamp": "x", "level": "ERROR", "message": "no"}', False, True),
        ("an [ERROR] within", False, False),
    ],
)  # fmt: skip
def test_libraries_words_about_themselves_are_left_out(
    message: str, boilerplate: bool, error: bool
) -> None:
    assert (is_boilerplate(message), is_error(message)) == (boilerplate, error)


ROWS = [("GET", "/notes", "Notes"), ("DELETE", "/notes/{id}", "")]


@pytest.mark.parametrize("width", [None, 80])
def test_rows_are_in_columns_where_they_fit(width: int | None) -> None:
    assert list(columns(ROWS, width=width)) == [
        "  GET     /notes       Notes",
        "  DELETE  /notes/{id}",
    ]


def test_rows_are_below_one_another_where_they_do_not_fit() -> None:
    assert list(columns(ROWS, width=20)) == [
        *("  GET", "    /notes", "    Notes"),
        *("  DELETE", "    /notes/{id}"),
    ]


def test_a_pipe_gets_neither_colours_nor_a_width() -> None:
    stream = io.StringIO()
    terminal = terminal_on(stream)
    terminal.log("Greeter", "no", alarming=True)
    terminal.close()
    assert (stream.getvalue(), terminal.width) == ("Greeter  no\n", None)
