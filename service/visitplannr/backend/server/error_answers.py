"""An error in the form of the protocol of the call that it answers (Smithy's AWS protocols)."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from xml.sax.saxutils import escape

from visitplannr.backend.server.steps import Send
from visitplannr.backend.server.wire import WireRequest

_CORAL = "com.amazon.coral.service#"
_JSON = "application/x-amz-json-1.0"
_FORM = "application/x-www-form-urlencoded"
_REST_XML = frozenset({"cloudfront", "route53"})
_CBOR_TEXT, _CBOR_TEXT_2 = 0x60, 0x79


class Protocol(Enum):
    """How a service is spoken to, as far as its errors differ."""

    CBOR = auto()
    JSON = auto()
    REST_JSON = auto()
    QUERY = auto()
    S3 = auto()


@dataclass(frozen=True, slots=True)
class ServiceError:
    """An error of a service: its `code`, which JSON and CBOR spell as an `exception`."""

    code: str
    exception: str
    status: int
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    async def send(self, send: Send) -> None:
        """Send it."""
        given = {**self.headers, "content-length": str(len(self.body))}
        headers = [(name.encode(), text.encode("latin-1")) for name, text in given.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def protocol_of(request: WireRequest, service: str) -> Protocol:
    """Say in which protocol boto3's `service` was asked."""
    if "rpc-v2-cbor" in request.headers.get("smithy-protocol", ""):
        return Protocol.CBOR
    if "x-amz-target" in request.headers:
        return Protocol.JSON
    if service == "s3":
        return Protocol.S3
    is_form = request.headers.get("content-type", "").startswith(_FORM)
    if is_form or service in _REST_XML or "Action=" in request.query:
        return Protocol.QUERY
    return Protocol.REST_JSON


def error_answer(request: WireRequest, service: str, error: ServiceError) -> Answer:
    """Answer a request for boto3's `service` with an error."""
    request_id = str(uuid.uuid4())
    named = {"x-amzn-requestid": request_id}
    match protocol_of(request, service):
        case Protocol.CBOR:
            body = cbor({"__type": f"{_CORAL}{error.exception}", "message": error.message})
            kind = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        case Protocol.JSON:
            body = json.dumps(_said(service, error)).encode()
            kind = {"content-type": request.headers.get("content-type", _JSON)}
        case Protocol.REST_JSON:
            body = json.dumps({"Message": error.message, "message": error.message}).encode()
            kind = {"content-type": "application/json", "x-amzn-errortype": error.exception}
        case Protocol.QUERY:
            body, kind = _xml(error, request_id), {"content-type": "text/xml"}
        case Protocol.S3:
            body = b"" if request.method == "HEAD" else _s3_xml(error, request_id)
            kind = {"content-type": "application/xml", "x-amz-request-id": request_id}
    return Answer(error.status, {**named, **kind, **_for_query(request, service, error)}, body)


def _said(service: str, error: ServiceError) -> Mapping[str, str]:
    """Give an error as JSON; DynamoDB has a capital in a refusal, and in nothing else."""
    names: tuple[str, ...] = ("Message", "message")
    if service == "dynamodb":
        names = names[:1] if error.exception == "AccessDeniedException" else names[1:]
    return {"__type": f"{_CORAL}{error.exception}", **dict.fromkeys(names, error.message)}


def _for_query(request: WireRequest, service: str, error: ServiceError) -> Mapping[str, str]:
    """Give the code that clients of services knew before they spoke JSON."""
    is_new = protocol_of(request, service) in {Protocol.CBOR, Protocol.JSON}
    return {"x-amzn-query-error": f"{error.code};Sender"} if service == "sqs" and is_new else {}


def _xml(error: ServiceError, request_id: str) -> bytes:
    fault = "Sender" if error.status < 500 else "Receiver"
    return (
        f"<ErrorResponse><Error><Type>{fault}</Type>{_code_and_message(error)}</Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()


def _s3_xml(error: ServiceError, request_id: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error>{_code_and_message(error)}<RequestId>{request_id}</RequestId></Error>"
    ).encode()


def _code_and_message(error: ServiceError) -> str:
    return f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"


def cbor(texts: Mapping[str, str]) -> bytes:
    """Encode a mapping of fewer than 24 texts (RFC 8949, 3.1)."""
    encoded = bytes([0xA0 + len(texts)])
    return encoded + b"".join(_cbor_text(name) + _cbor_text(text) for name, text in texts.items())


def _cbor_text(text: str) -> bytes:
    raw = text.encode()
    if len(raw) < 24:
        return bytes([_CBOR_TEXT + len(raw)]) + raw
    return bytes([_CBOR_TEXT_2]) + len(raw).to_bytes(2, "big") + raw
