"""A detached `up` beside its commands, and one call without any."""

import json

from integration.notes import Notes
from integration.running import wait_until_gone


def test_a_detached_one_is_ready_when_the_command_returns(notes: Notes) -> None:
    assert "curl -i http://127.0.0.1:" in notes.printed
    assert "`visitplannr stop` ends it." in notes.printed
    assert notes.status["status"] == "ready"
    called = notes.run("invoke", "NotesFunction", "-e", "events/add-note.json")
    assert json.loads(called.stdout)["statusCode"] == 201
    second = notes.run("up", "--detach", "--port", "0")
    assert (second.returncode, second.stdout) == (1, "")
    assert f"in use by process {notes.status['pid']}" in second.stderr


def test_one_that_cannot_start_says_why_and_ends_with_its_code(notes: Notes) -> None:
    unknown = notes.run("up", "--detach", "--debug", "Nobody", "--state-dir", "other")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert unknown.stderr == (
        "visitplannr: --debug: there is no function Nobody; there are: NotesFunction\n"
    )
    assert (notes.folder / "other/up-failed.log").read_text().endswith(unknown.stderr)


def test_one_call_needs_no_up(notes: Notes) -> None:
    done = notes.run("invoke", "-e", "events/add-note.json", "--state-dir", "other")
    assert json.loads(done.stdout)["statusCode"] == 201
    assert done.stderr.startswith("Nothing runs: the stack is started for this call.\nSTART ")
    assert "REPORT RequestId: " in done.stderr
    assert notes.run("status", "--state-dir", "other").returncode == 1


def test_it_runs_until_it_is_stopped(notes: Notes) -> None:
    """The last test that uses it."""
    stopped = notes.run("stop")
    assert (stopped.returncode, wait_until_gone({int(notes.status["pid"])})) == (0, set())
    log = (notes.folder / ".visitplannr/up.log").read_text()
    assert "NotesFunction " in log.partition("Ready in")[2]
    assert notes.run("status").returncode == 1
