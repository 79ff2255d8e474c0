"""Where tables are: in `up`'s own database, which may be damaged, or in another DynamoDB."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from integration.running import up


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """Another DynamoDB: here our own engine, alone."""
    file = str(tmp_path / "other" / "tables.sqlite")
    command = [sys.executable, "-m", "visitplannr.dynamodb", "--port", "0", "--database", file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search(r"http://\S+?:\d+", process.stdout.readline())
        assert found
        yield found[0]
        process.terminate()


def test_events_are_in_another_dynamodb(tmp_path: Path, endpoint: str) -> None:
    state = tmp_path / "state"
    with up(state, "--dynamodb-endpoint-url", endpoint) as stack:
        name = stack.ready().table()
        assert stack.http.post("/destination", json={"name": "kept"}).status_code == 200
        assert len(stack.events()) == 1
        assert not list((state / "dynamodb").glob("0*.sqlite"))
    other = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    assert other.scan(TableName=name)["Count"] == 1


def test_one_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    with up(tmp_path, "--dynamodb-endpoint-url", "http://127.0.0.1:9") as stack:
        assert stack.process.wait() == 1
        stack.wait_for(r"^visitplannr: the DynamoDB at http://127\.0\.0\.1:9 does not answer")


def test_a_damaged_database_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "dynamodb" / "000000000000-us-east-1.sqlite"
    file.parent.mkdir()
    file.write_bytes(b"SQLite format 3\0" + bytes(5_000))
    before = file.read_bytes()
    with up(tmp_path) as stack:
        assert stack.process.wait() == 1
        stack.wait_for(rf"^visitplannr: {re.escape(str(file))}: .*move it away")
    assert file.read_bytes() == before
