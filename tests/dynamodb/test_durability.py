"""The server as a process: nothing acknowledged is lost, and it says what is wrong in one line."""

import resource
import signal
import subprocess
import threading
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from dynamodb.served import TABLE, Client, Served, command, served


def put(stream: str, number: int) -> dict[str, Any]:
    item = {"stream": {"S": stream}, "number": {"N": str(number)}, "text": {"S": "x" * 200}}
    return {"TableName": "events", "Item": item}


def write_until_killed(client: Client, stream: str, acknowledged: list[int]) -> None:
    try:
        for number in range(100_000):
            status, _ = client.call("PutItem", put(stream, number))
            assert status == 200
            acknowledged.append(number)
    except (OSError, HTTPException):
        return
    finally:
        client.close()


def all_numbers(client: Client, stream: str) -> list[int]:
    body: dict[str, Any] = {
        "TableName": "events",
        "KeyConditionExpression": "#s = :s",
        "ExpressionAttributeNames": {"#s": "stream"},
        "ExpressionAttributeValues": {":s": {"S": stream}},
    }
    numbers: list[int] = []
    while True:
        status, page = client.call("Query", body)
        assert status == 200, page
        numbers += [int(item["number"]["N"]) for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return numbers
        body["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def kill_in_the_middle(server: Served, streams: dict[str, list[int]]) -> None:
    writers = [
        threading.Thread(target=write_until_killed, args=(server.client(), name, numbers))
        for name, numbers in streams.items()
    ]
    for writer in writers:
        writer.start()
    while not all(len(numbers) > 25 for numbers in streams.values()):
        assert server.process.poll() is None
    server.process.kill()
    for writer in writers:
        writer.join()


@pytest.mark.parametrize("synchronous", ["NORMAL", "FULL"])
def test_kill_9_loses_nothing_acknowledged(tmp_path: Path, synchronous: str) -> None:
    database = tmp_path / "state" / "dynamodb.db"
    flags = ("--synchronous", synchronous)
    with served(database, *flags) as server:
        client = server.client()
        assert client.call("CreateTable", TABLE)[0] == 200
        client.close()
    rounds: dict[str, list[int]] = {}
    for turn in range(2):
        streams: dict[str, list[int]] = {f"{turn}-{writer}": [] for writer in range(3)}
        with served(database, *flags) as server:
            kill_in_the_middle(server, streams)
        rounds |= streams
    with served(database, *flags) as server:
        client = server.client()
        for name, acknowledged in rounds.items():
            found = all_numbers(client, name)
            assert found[: len(acknowledged)] == acknowledged
            assert len(found) <= len(acknowledged) + 1
        client.close()


def test_a_full_disk_is_an_error_that_is_tried_again_and_loses_nothing(tmp_path: Path) -> None:
    database = tmp_path / "dynamodb.db"
    with served(database) as server:
        client = server.client()
        assert client.call("CreateTable", TABLE)[0] == 200
        room = (400_000, resource.RLIM_INFINITY)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, room)
        stored = []
        for number in range(2000):
            status, answer = client.call("PutItem", put("a", number))
            if status != 200:
                break
            stored.append(number)
        assert (status, answer["__type"].split("#")[1]) == (500, "InternalServerError")
        assert client.call("PutItem", put("a", 5000))[0] == 500
        assert all_numbers(client, "a") == stored
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)
        assert client.call("PutItem", put("a", 5000))[0] == 200
        assert all_numbers(client, "a") == [*stored, 5000]
        client.close()
        server.process.terminate()
        _, said = server.process.communicate(timeout=60)
    lines = said.splitlines()
    assert len(lines) == 2
    assert f"no room to write in {tmp_path}" in lines[0]
    assert f"room again in {tmp_path}" in lines[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_0_after_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    with served(tmp_path / "dynamodb.db") as server:
        server.process.send_signal(number)
        said = server.process.communicate(timeout=60)
        assert (server.process.returncode, said[1]) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["dynamodb.db"]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)


def test_a_refused_database_is_one_line_and_exit_1(tmp_path: Path) -> None:
    database = tmp_path / "dynamodb.db"
    database.write_bytes(b"no database" * 1000)
    done = run(*command(database))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{database}: is damaged")
    assert done.stderr.count("\n") == 1
    assert database.read_bytes() == b"no database" * 1000


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "dynamodb.db"
    with served(database) as server:
        done = run(*command(database))
        assert done.returncode == 1
        assert done.stderr.startswith(f"{database}: is in use by another process")
        assert done.stderr.count("\n") == 1
        taken = run(*command(":memory:")[:-4], "--port", str(server.port))
        assert taken.returncode == 1
        assert f"127.0.0.1:{server.port}: cannot listen" in taken.stderr


def test_bad_flags_are_exit_2() -> None:
    assert run(*command(":memory:", "--synchronous", "SOMETIMES")).returncode == 2
