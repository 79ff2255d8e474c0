"""`python -m visitplannr.dynamodb` as a process of its own, and a plain client of it."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SIGNED = "AWS4-HMAC-SHA256 Credential=test/x, SignedHeaders=host, Signature=x"
TABLE = {
    "TableName": "events",
    "AttributeDefinitions": [
        {"AttributeName": "stream", "AttributeType": "S"},
        {"AttributeName": "number", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "stream", "KeyType": "HASH"},
        {"AttributeName": "number", "KeyType": "RANGE"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


class Client:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def call(self, operation: str, body: dict[str, Any]) -> tuple[int, Any]:
        service = "DynamoDBStreams" if "Stream" in operation else "DynamoDB"
        headers = {
            "X-Amz-Target": f"{service}_20120810.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": SIGNED,
            "Date": "today",
        }
        self._connection.request("POST", "/", json.dumps(body), headers)
        with self._connection.getresponse() as response:
            return response.status, json.loads(response.read() or b"{}")

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True)
class Served:
    process: "subprocess.Popen[str]"
    port: int

    def client(self) -> Client:
        return Client(self.port)


def command(database: Path | str, *flags: str) -> list[str]:
    module = ["-m", "visitplannr.dynamodb", "--port", "0", "--database", str(database)]
    return [sys.executable, *module, *flags]


@contextmanager
def served(database: Path | str, *flags: str) -> Iterator[Served]:
    """Start it, wait for its line, and kill what is left of it at the end."""
    process = subprocess.Popen(
        command(database, *flags), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("DynamoDB at http://"), process.communicate()[1]
        yield Served(process, int(line.split("/")[2].split(",")[0].rpartition(":")[2]))
    finally:
        process.kill()
        process.communicate()
