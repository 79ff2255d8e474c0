"""A DynamoDB of somebody else in the place of our engine: AWS, an Alternator cluster, an emulator.

Requests are signed again for it, by botocore, as their own signatures are for this backend.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session

from visitplannr.backend.server.relay import read
from visitplannr.backend.server.steps import App, Message, Receive, Send
from visitplannr.backend.server.tables import DynamoDB
from visitplannr.dynamodb.errors import DynamoDBError

STREAM_OPERATIONS = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
_TARGETS = {True: "DynamoDBStreams_20120810", False: "DynamoDB_20120810"}
_KEPT = {"content-type", "x-amz-crc32", "x-amzn-requestid"}
_WITHOUT_CREDENTIALS = Credentials("test", "test")
_PROBES: Mapping[str, Mapping[str, Any]] = {
    "TransactWriteItems": {"TransactItems": []},
    "ExecuteStatement": {"Statement": ""},
    "UpdateTimeToLive": {},
    "TagResource": {},
    "UpdateContinuousBackups": {},
    "ListStreams": {},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status, headers with names in lower case, the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class RemoteTables:
    """DynamoDB at `endpoint_url`, in one region; safe to call from several threads.

    AWS serves streams at a host of their own; all others at the same one.
    """

    def __init__(self, endpoint_url: str, region: str, credentials: Credentials | None) -> None:
        self.endpoint_url = endpoint_url
        self._region = region
        self._credentials = credentials or _WITHOUT_CREDENTIALS
        self._session = URLLib3Session(max_pool_connections=100)

    def call(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do one operation.

        Raises:
            DynamoDBError: it is refused, or nobody answers.
        """
        target = f"{_TARGETS[operation in STREAM_OPERATIONS]}.{operation}"
        answer = self.forward(target, json.dumps(body).encode())
        said: dict[str, Any] = json.loads(answer.body or b"{}")
        if answer.status < 400:
            return said
        code = str(said.pop("__type", "InternalServerError")).rpartition("#")[2]
        message = said.pop("message", None) or said.pop("Message", None)
        raise DynamoDBError(code, message, status=answer.status, members=said)

    def forward(self, target: str, body: bytes, encoding: str = "") -> Answer:
        """Send a request as it came, signed for this endpoint; `encoding` is how it is packed.

        Raises:
            DynamoDBError: nobody answers.
        """
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"}
        if encoding:
            headers["Content-Encoding"] = encoding
        url = self.url_of(target.rpartition(".")[2])
        request = AWSRequest("POST", url, headers=headers, data=body)
        SigV4Auth(self._credentials, "dynamodb", self._region).add_auth(request)
        try:
            answer = self._session.send(request.prepare())
        except BotoCoreError as error:
            text = f"the DynamoDB at {self.endpoint_url} does not answer: {error}"
            raise DynamoDBError("InternalServerError", text, status=500) from error
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status_code, found, answer.content)

    def missing(self) -> Iterable[str]:
        """Name the operations that are not known there, of those that not every engine has.

        Raises:
            DynamoDBError: nobody answers.
        """
        for operation, body in _PROBES.items():
            try:
                self.call(operation, body)
            except DynamoDBError as error:
                if error.code == "UnknownOperationException":
                    yield operation
                elif "does not answer" in (error.message or ""):
                    raise

    def url_of(self, operation: str) -> str:
        """Say where an operation is done."""
        host = urlsplit(self.endpoint_url).hostname or ""
        is_stream = operation in STREAM_OPERATIONS
        if is_stream and host.startswith("dynamodb.") and host.endswith(".amazonaws.com"):
            return f"https://streams.{host}/"
        return self.endpoint_url.rstrip("/") + "/"


def somewhere_else(endpoint_url: str, region: str, say: Callable[[str], None]) -> DynamoDB:
    """Serve the tables of another DynamoDB, with the credentials that AWS's tools would find.

    `say` gets a line on what it lacks.

    Raises:
        DynamoDBError: nobody answers.
    """
    credentials: Credentials | None = botocore.session.get_session().get_credentials()
    tables = RemoteTables(endpoint_url, region, credentials)
    if missing := list(tables.missing()):
        say(f"The DynamoDB at {endpoint_url} does not know {', '.join(missing)}.")
    return DynamoDB(lambda _account, _region: tables, remote_tables_app(tables), lambda: None)


def remote_tables_app(tables: RemoteTables) -> App:
    """Answer DynamoDB's requests by another engine; whoever waits for it keeps nobody else."""

    async def answered(scope: Message, receive: Receive, send: Send) -> None:
        body = await read(receive)
        if body is None:
            return
        headers = dict(scope["headers"])
        target = headers[b"x-amz-target"].decode("latin-1")
        encoding = headers.get(b"content-encoding", b"").decode("latin-1")
        try:
            answer = await asyncio.to_thread(tables.forward, target, body, encoding)
        except DynamoDBError as error:
            said = json.dumps(error.body).encode()
            answer = Answer(error.status, {"content-type": "application/x-amz-json-1.0"}, said)
        kept = [(name, value) for name, value in answer.headers.items() if name in _KEPT]
        kept.append(("content-length", str(len(answer.body))))
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept]
        await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
        await send({"type": "http.response.body", "body": answer.body})

    return answered
