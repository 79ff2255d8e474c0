"""Writers that put events at once, each a process with prepared bytes on one connection.

`python -m benchmarks.writers` is one of them: it reads a `Share` as JSON, connects, prints a line,
waits for one, puts, and prints the seconds.
"""

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from benchmarks.load import connected, exchange
from benchmarks.processes import REGION, ROOT

WRITERS = 8
_HEADERS = (
    "X-Amz-Target: DynamoDB_20120810.PutItem\r\nContent-Type: application/x-amz-json-1.0\r\n"
    "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/{region}/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0\r\nX-Amz-Date: {date}\r\n"
)


@dataclass(frozen=True)
class Share:
    """So many conditional puts of an item to a table, under sort keys that begin with `writer`."""

    url: str
    table: str
    item: dict[str, Any]
    puts: int
    writer: int = 0


def write_together(share: Share) -> float:
    """Let all writers put at once; give puts per second."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.writers"],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(WRITERS)
    ]  # fmt: skip
    for number, writer in enumerate(writers):
        _tell(writer, json.dumps(asdict(replace(share, writer=number))))
    for writer in writers:
        _hear(writer)
    began = time.perf_counter()
    for writer in writers:
        _tell(writer, "go")
    for writer in writers:
        _hear(writer)
    seconds = time.perf_counter() - began
    for writer in writers:
        writer.communicate()
    return WRITERS * share.puts / seconds


def _tell(writer: subprocess.Popen[str], line: str) -> None:
    assert writer.stdin
    writer.stdin.write(f"{line}\n")
    writer.stdin.flush()


def _hear(writer: subprocess.Popen[str]) -> None:
    """Wait for a line.

    Raises:
        ChildProcessError: the writer has ended without it.
    """
    assert writer.stdout
    if not writer.stdout.readline():
        raise ChildProcessError("a writer has ended")


def requests_of(share: Share) -> list[bytes]:
    """Prepare a writer's requests."""
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    headers = _HEADERS.format(region=REGION, date=date)
    prepared = []
    for number in range(share.puts):
        key = {"S": f"{share.writer}-{number:09d}"}
        document = {
            "TableName": share.table,
            "Item": {**share.item, "EventId": key},
            "ConditionExpression": "attribute_not_exists(StreamName)",
        }
        body = json.dumps(document)
        host = f"Host: {urlsplit(share.url).netloc}\r\n"
        head = f"POST / HTTP/1.1\r\n{host}{headers}Content-Length: {len(body)}\r\n\r\n"
        prepared.append((head + body).encode())
    return prepared


def main() -> None:
    """Be one writer."""
    share = Share(**json.loads(sys.stdin.readline()))
    prepared = requests_of(share)
    with connected(share.url) as connection:
        print("ready", flush=True)
        sys.stdin.readline()
        for request in prepared:
            exchange(connection, request)
    print("done", flush=True)


if __name__ == "__main__":
    main()
