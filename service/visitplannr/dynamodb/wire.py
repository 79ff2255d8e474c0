"""HTTP requests in, HTTP answers out: DynamoDB's JSON protocol (dynamodb.md part 1).

The order is AWS's (D6): content type, JSON, target, authentication, the operation.
"""

import itertools
import os
import traceback
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from visitplannr.dynamodb.authentication import require_authentication
from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.operations.registry import OPERATIONS, STREAM_OPERATIONS

BODY_LIMIT = 16 * 1024 * 1024
HEAD_LIMIT = 16 * 1024
SERVICES = {"DynamoDB_20120810": OPERATIONS, "DynamoDBStreams_20120810": STREAM_OPERATIONS}
JSON_TYPES = {"application/json", "application/x-amz-json-1.0"}
EMPTY_ANSWERS = {"TagResource", "UntagResource"}
UNKNOWN = b"<UnknownOperationException/>\n"
GUNZIP = 31
DEFLATE = 15
PROCESS_ID = os.urandom(20).hex().upper()
COUNT = itertools.count()
NOTHING = b"{}"
NOTHING_CRC32 = str(zlib.crc32(NOTHING))


@dataclass(frozen=True)
class HttpRequest:
    """A request; names of headers are in lower case, `query` is what follows the question mark."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


Call = Callable[[str, Any], dict[str, Any]]


@dataclass(frozen=True)
class Wire:
    """The protocol around `call`, which does an operation and raises DynamoDBError.

    `clock` is real time, against which signatures are held.
    """

    call: Call
    clock: Callable[[], float]
    region: str

    def failed(self, error: DynamoDBError) -> HttpAnswer:
        """Answer a request whose work was lost after it was done."""
        return finished(error.status, orjson.dumps(error.body), "application/x-amz-json-1.0", [])

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """Answer one request, whatever it is."""
        cross_origin = cross_origin_headers(request)
        if request.method == "OPTIONS" and cross_origin:
            return finished(200, b"", None, preflight_headers(request))
        if request.method == "GET" and request.path == "/":
            text = f"healthy: dynamodb.{self.region}.amazonaws.com "
            return finished(200, text.encode(), None, cross_origin)
        if len(request.body) > BODY_LIMIT:
            return HttpAnswer(413, [("x-amzn-requestid", request_id()), *cross_origin], b"")
        content_type = request.headers.get("content-type", "").split(";")[0].strip()
        if not speaks_json(request, content_type):
            return finished(404, UNKNOWN, None, cross_origin)
        answered_type = content_type or "application/json"
        try:
            status, body = 200, self.done(request)
        except DynamoDBError as error:
            status, body = error.status, orjson.dumps(error.body)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            traceback.print_exception(error)
            status, body = 500, orjson.dumps(DynamoDBError("InternalServerError").body)
        return finished(status, body, answered_type, cross_origin)

    def done(self, request: HttpRequest) -> bytes:
        """Do the operation of a request that speaks JSON."""
        document = parsed(unpacked(request))
        operation = operation_of(request.headers.get("x-amz-target", ""))
        require_authentication(request.headers, request.query, self.clock())
        if not isinstance(document, dict):
            raise DynamoDBError("SerializationException")
        answer = self.call(operation, document)
        if operation == "DescribeEndpoints" and request.headers.get("host"):
            answer["Endpoints"][0]["Address"] = request.headers["host"]
        return b"" if operation in EMPTY_ANSWERS else orjson.dumps(answer)


def speaks_json(request: HttpRequest, content_type: str) -> bool:
    return (
        request.method == "POST"
        and request.path == "/"
        and (content_type in JSON_TYPES or not request.body)
    )


def unpacked(request: HttpRequest) -> bytes:
    """Give the body without its compression (dynamodb.md D16)."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if not encoding or encoding in {"identity", "aws-chunked"}:
        return request.body
    windows = {"gzip": GUNZIP, "deflate": DEFLATE}.get(encoding)
    if windows is None:
        raise undecodable()
    body, packed = b"", request.body
    try:
        while packed or not body:
            stream = zlib.decompressobj(windows)
            body += stream.decompress(packed, BODY_LIMIT + 1 - len(body))
            if len(body) > BODY_LIMIT:
                raise DynamoDBError("RequestEntityTooLarge", status=413)
            if not stream.eof:
                raise undecodable()
            packed = stream.unused_data if encoding == "gzip" else b""
    except zlib.error:
        raise undecodable() from None
    return body


def undecodable() -> DynamoDBError:
    return DynamoDBError("InternalFailure", status=500)


def parsed(body: bytes) -> Any:
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise DynamoDBError("SerializationException") from None


def operation_of(target: str) -> str:
    service, _, operation = target.partition(".")
    if operation not in SERVICES.get(service, ()):
        raise DynamoDBError("UnknownOperationException")
    return operation


def cross_origin_headers(request: HttpRequest) -> list[tuple[str, str]]:
    return [("access-control-allow-origin", "*")] if request.headers.get("origin") else []


def preflight_headers(request: HttpRequest) -> list[tuple[str, str]]:
    headers = [("access-control-allow-origin", "*"), ("access-control-max-age", "172800")]
    for kind in ("headers", "method"):
        asked = request.headers.get(f"access-control-request-{kind}")
        if asked:
            allowed = "methods" if kind == "method" else kind
            headers.append((f"access-control-allow-{allowed}", asked))
    return headers


def finished(
    status: int, body: bytes, content_type: str | None, more: list[tuple[str, str]]
) -> HttpAnswer:
    """Add the headers that every answer has (dynamodb.md D5)."""
    headers = [
        ("x-amzn-requestid", request_id()),
        ("x-amz-crc32", NOTHING_CRC32 if body == NOTHING else str(zlib.crc32(body))),
        ("content-length", str(len(body))),
    ]
    if content_type:
        headers.append(("content-type", content_type))
    return HttpAnswer(status, headers + more, body)


def request_id() -> str:
    """Give 52 characters that no other answer has; the last twelve count."""
    return f"{PROCESS_ID}{next(COUNT):012X}"
