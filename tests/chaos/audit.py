"""What is there in the end, compared with the model; and what is left when `up` has ended."""

import contextlib
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chaos.living import Living
from chaos.model import Model, put

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_DRAIN_SECONDS = 60.0
_GONE_SECONDS = 20.0


class Audit:
    """Looks into tables and queues by the backend's own API."""

    def __init__(self, living: Living, model: Model) -> None:
        self._living = living
        self._model = model
        self._dynamodb: DynamoDBClient = living.client("dynamodb")
        self._sqs: SQSClient = living.client("sqs")

    def contents(self) -> str:
        """Compare tables and queues with the model; say how much there is."""
        there = set(map(_put, self._items("Puts")))
        self._expect("puts", self._model.puts, lambda: there)
        followed = self._expect("records", there, self._followed)
        handled = self._expect("messages", self._model.messages, self._messages)
        return (
            f"{len(self._model.puts)} puts acknowledged, {len(there)} in the table, "
            f"{len(followed)} followed; {len(self._model.messages)} messages sent, "
            f"{len(handled)} handled or kept"
        )

    def _expect(self, what: str, wanted: set[str], found: Callable[[], set[str]]) -> set[str]:
        """Wait until all that is wanted is there."""
        ends = time.monotonic() + _DRAIN_SECONDS
        while missing := wanted - (there := found()):
            if time.monotonic() > ends:
                some = sorted(missing)[:5]
                self._model.violate(f"{len(missing)} {what} of {len(wanted)} are missing: {some}")
                break
            time.sleep(0.5)
        return there

    def _followed(self) -> set[str]:
        items = self._items("Followed")
        if early := [_put(item) for item in items if item["early"]["BOOL"]]:
            self._model.violate(f"{len(early)} records came before others: {early[:3]}")
        return set(map(_put, items))

    def _messages(self) -> set[str]:
        handled = {item["message"]["S"] for item in self._items("Handled")}
        return handled | self._kept("DeadLetters") | self._kept("Queue")

    def _kept(self, queue: str) -> set[str]:
        """Take what is in a queue, and put it back by its visibility."""
        url = self._sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        found: set[str] = set()
        while messages := self._sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=5
        ).get("Messages", []):
            found |= {message["Body"] for message in messages}
        return found

    def _items(self, table: str) -> list[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]


def _put(item: dict[str, Any]) -> str:
    return put(item["key"]["S"], int(item["number"]["N"]))


def left_behind(living: Living, state: Path, model: Model) -> None:
    """After the end: no process, no folder, no port, and no traceback in the terminal."""
    ends = time.monotonic() + _GONE_SECONDS
    while (left := living.marked()) and time.monotonic() < ends:
        time.sleep(0.2)
    if left:
        model.violate(f"processes left: {left}")
    temporary = living.folder.parent / "tmp"
    for folder in (temporary, state / "tmp"):
        if folder.is_dir() and (names := sorted(path.name for path in folder.iterdir())):
            model.violate(f"left in {folder}: {names[:5]} ({len(names)})")
    for port in (living.port, living.console_port, living.backend_port):
        with contextlib.ExitStack() as opened:
            try:
                opened.enter_context(socket.create_server(("127.0.0.1", port)))
            except OSError as error:
                model.violate(f"port {port} is still in use: {error}")
    for text in living.tracebacks():
        model.violate(f"the terminal has a traceback:\n{text}")
