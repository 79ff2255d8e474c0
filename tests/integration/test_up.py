"""The life of `visitplannr up`: state, signals, and what it says when it cannot run."""

import contextlib
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import commands
import httpx
import pytest
from integration.running import (
    PATIENCE_SECONDS,
    ROOT,
    VISITPLANNR,
    Stack,
    descendants,
    start,
    up,
    wait_until_gone,
)

Answers = SimpleQueue[tuple[int, str]]


def propose_until_gone(url: str, answers: Answers) -> None:
    """Send proposals for as long as somebody answers."""
    with httpx.Client(timeout=30) as http, contextlib.suppress(httpx.TransportError):
        while True:
            answer = http.post(f"{url}/destination", json={"name": "kept"})
            answers.put((answer.status_code, answer.text))


def test_what_is_acknowledged_survives_whatever_ends(tmp_path: Path) -> None:
    """Four lives of one state folder, and no process is left after any.

    They end by `kill -9` of `up`, by Ctrl-C under load, and by `kill -9` of `up` and its guardian.
    In the second, the backend is killed and comes back with the stack; before the fourth, a file of
    its state is damaged, and the stack is made again.
    """
    with up(tmp_path) as first:
        table = first.ready().table()
        propose(first)
        end_hard(first)
    with up(tmp_path) as second:
        assert len(second.ready().events()) == 1
        a_killed_backend_is_started_again_with_the_stack(second)
        assert len(second.events()) == 3
        acknowledged = 3 + proposed_until_ctrl_c(second)
    with up(tmp_path) as third:
        assert third.ready().table() == table
        assert "Deploying" not in third.output
        kept = [event["Data"]["M"]["name"]["S"] for event in third.events()]
        assert set(kept) == {"kept"}
        assert len(kept) >= acknowledged
        propose(third)
        a_backend_that_has_lost_up_and_guardian_ends(third)
    (tmp_path / "backend" / "lambda.json").write_text('{"cut')
    with up(tmp_path) as fourth:
        assert len(fourth.ready().events()) == len(kept) + 1
        fourth.wait_for(r"lambda\.json: is damaged .* put aside as .*lambda\.json\.aside-1")
        propose(fourth)
    assert (tmp_path / "backend").stat().st_mode & 0o777 == 0o700
    assert open_to_others(tmp_path) == []


def open_to_others(folder: Path) -> list[Path]:
    """List what other users may read of a state folder, but what functions are made of."""
    kept = (path for path in (folder, *folder.rglob("*")) if not path.is_symlink())
    return [
        path
        for path in kept
        if path.stat().st_mode & 0o077 and "runtime" not in path.relative_to(folder).parts
    ]


def propose(stack: Stack) -> None:
    assert stack.http.post("/destination", json={"name": "kept"}).status_code == 200


def end_hard(stack: Stack) -> None:
    children = descendants(stack.process.pid)
    assert len(children) >= 3
    stack.stop(signal.SIGKILL)
    assert not wait_until_gone(children)


def a_killed_backend_is_started_again_with_the_stack(stack: Stack) -> None:
    propose(stack)
    children = descendants(stack.process.pid)
    (backend,) = [pid for pid in children if b"visitplannr.backend" in command_line(pid)]
    subprocess.run(["kill", "-9", str(backend)], check=True)
    stack.wait_for(r"^The embedded backend ended with exit code -9; it is started again")
    stack.wait_for(r"^The embedded backend is back after [0-9.]+ s")
    propose(stack)


def a_backend_that_has_lost_up_and_guardian_ends(stack: Stack) -> None:
    left = descendants(stack.process.pid)
    (guardian,) = [pid for pid in left if b"guardian" in command_line(pid)]
    subprocess.run(["kill", "-9", str(guardian), str(stack.process.pid)], check=True)
    stack.process.wait()
    assert not wait_until_gone(left)


def command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def proposed_until_ctrl_c(stack: Stack) -> int:
    """Interrupt it under load; count the proposals that it has acknowledged."""
    answers: Answers = SimpleQueue()
    children = descendants(stack.process.pid)
    with ThreadPoolExecutor() as threads:
        for _ in range(4):
            threads.submit(propose_until_gone, stack.url, answers)
        seen = [answers.get(timeout=PATIENCE_SECONDS) for _ in range(20)]
        assert stack.stop(signal.SIGINT) == 0
    assert "Traceback" not in stack.output
    assert not wait_until_gone(children)
    seen += [answers.get() for _ in range(answers.qsize())]
    assert set(seen) <= {(200, "OK"), (503, '{"message": "Service Unavailable"}')}
    return sum(status == 200 for status, _ in seen)


def refused(*arguments: str, cwd: Path) -> tuple[int, str]:
    done = start([str(VISITPLANNR), *arguments], cwd)
    output, _ = done.communicate(timeout=60)
    return done.returncode, output


@pytest.mark.parametrize(
    ("template", "says"),
    [
        (None, "template.yaml: cannot be read"),
        ("Resources: [", "template.yaml:1:13"),
        ("hello", "it has no Resources"),
    ],
)
def test_a_template_that_cannot_run(tmp_path: Path, template: str | None, says: str) -> None:
    if template is not None:
        (tmp_path / "template.yaml").write_text(template)
    code, output = refused("up", "--port", "0", cwd=tmp_path)
    assert code == 1
    assert says in output
    assert "Traceback" not in output


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = refused("up", "--port", str(port), "--state-dir", str(tmp_path), cwd=ROOT)
    assert code == 1
    assert f"port {port} on 127.0.0.1 cannot be used" in output
    assert "--port" in output


def test_a_state_folder_that_cannot_keep_the_backends_state(tmp_path: Path) -> None:
    (tmp_path / "backend").touch()
    code, output = refused("up", "--port", "0", "--state-dir", str(tmp_path), cwd=ROOT)
    assert code == 1
    assert "state cannot be kept in" in output
    assert "Traceback" not in output


def test_an_endpoint_that_does_not_answer(tmp_path: Path) -> None:
    state = ("--state-dir", str(tmp_path), "--port", "0")
    code, output = refused("up", *state, "--endpoint-url", "http://127.0.0.1:9", cwd=ROOT)
    assert code == 1
    assert "at http://127.0.0.1:9: Could not connect" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    "arguments",
    [
        ("up", "--port", "many"),
        ("up", "--port", "70000"),
        ("up", "--nonsense"),
        ("up", "--endpoint-url", "nonsense"),
        ("up", "--stack-name", "bad name!"),
        ("down",),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = commands.run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: ")


def test_a_process_ends_with_2_and_without_traceback(tmp_path: Path) -> None:
    code, output = refused("up", "--port", "many", cwd=tmp_path)
    assert code == 2
    assert "Traceback" not in output
