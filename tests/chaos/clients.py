"""The load: clients that put over both APIs, and one that sends messages to the queue."""

import http.client
import itertools
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from chaos.model import Model

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.08
_PUTTERS = 4
_CONFIG = Config(read_timeout=PATIENCE_SECONDS, retries={"total_max_attempts": 1})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


class Api:
    """Sends requests to the running application, each over a connection of its own."""

    def __init__(self, port: int, model: Model) -> None:
        self.port = port
        self._model = model

    def ask(self, method: str, path: str, body: Any = None) -> Answer | None:
        """Give the answer, which the model has looked at; None if there was none."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        headers = {"Content-Type": "application/json"}
        try:
            connection.request(method, path, json.dumps(body), headers)
            found = connection.getresponse()
            answer = Answer(found.status, found.read())
        except (OSError, http.client.HTTPException) as error:
            self._model.unanswered(f"{method} {path}", error, began)
            return None
        finally:
            connection.close()
        self._model.answered(f"{method} {path}", answer.status, answer.body, began)
        return answer


class Putter:
    """Puts numbers of one key, one after the other."""

    def __init__(self, api: Api, path: str, key: str, model: Model) -> None:
        self._api = api
        self._path = path
        self._key = key
        self._model = model
        self._numbers = itertools.count(1)
        self._previous = 0

    def __call__(self) -> bool:
        """Put the next one; say whether it was acknowledged."""
        number = next(self._numbers)
        body = {"key": self._key, "number": number, "previous": self._previous}
        answer = self._api.ask("POST", self._path, body)
        if answer is None or answer.status != 200:
            return False
        self._model.acknowledge_put(self._key, number)
        self._previous = number
        return True


class Sender:
    """Sends messages to the queue."""

    def __init__(self, client: Callable[..., Any], model: Model) -> None:
        self._sqs: SQSClient = client("sqs", config=_CONFIG)
        self._model = model
        self._numbers = itertools.count(1)
        self._url = ""

    def __call__(self) -> bool:
        message, began = f"message-{next(self._numbers)}", time.monotonic()
        try:
            self._url = self._url or self._sqs.get_queue_url(QueueName="Queue")["QueueUrl"]
            self._sqs.send_message(QueueUrl=self._url, MessageBody=message)
        except (BotoCoreError, ClientError):
            self._model.took("SendMessage", time.monotonic() - began)
            return False
        self._model.acknowledge_message(message)
        return True


class Load:
    """A context: while it lasts, clients send what they have to send."""

    def __init__(self, api: Api, client: Callable[..., Any], model: Model) -> None:
        self._ended = threading.Event()
        paths = itertools.cycle(["/rest", "/http"])
        acts: list[Callable[[], bool]] = [
            Putter(api, next(paths), f"client-{number}", model) for number in range(_PUTTERS)
        ]
        acts.append(Sender(client, model))
        self._threads = [threading.Thread(target=self._repeat, args=(act,)) for act in acts]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, act: Callable[[], bool]) -> None:
        while not self._ended.wait(_PAUSE_SECONDS):
            act()
