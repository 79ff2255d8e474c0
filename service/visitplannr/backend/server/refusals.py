"""How a service says no, in the protocol in which it was asked (iam.md I21)."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from visitplannr.backend.server.fault_answers import cbor
from visitplannr.backend.server.steps import Send
from visitplannr.backend.server.wire import WireRequest
from visitplannr.iam.messages import Refusal

_CORAL = "com.amazon.coral.service#"
_BARE_XML = frozenset({"s3"})
_REST_XML = frozenset({"cloudfront", "route53"})


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


def refused(request: WireRequest, service: str, refusal: Refusal, message: str) -> Answer:
    """Answer a request for boto3's `service` with a refusal."""
    request_id = str(uuid.uuid4())
    named = {"x-amzn-requestid": request_id}
    if "rpc-v2-cbor" in request.headers.get("smithy-protocol", ""):
        body = cbor({"__type": f"{_CORAL}{_exception(refusal)}", "message": message})
        kind = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return Answer(refusal.status, {**named, **kind, **_for_query(service, refusal)}, body)
    if "x-amz-target" in request.headers:
        return _json(request, service, refusal, message, named)
    if service in _BARE_XML:
        return _bare_xml(request, refusal, message, request_id)
    if service in _REST_XML or "Action=" in request.query or b"Action=" in request.body:
        return _xml(refusal, message, named, request_id)
    said = json.dumps({"Message": message}).encode()
    headers = {"content-type": "application/json", "x-amzn-errortype": _exception(refusal)}
    return Answer(403, {**named, **headers}, said)


def _json(
    request: WireRequest, service: str, refusal: Refusal, message: str, named: Mapping[str, str]
) -> Answer:
    said = {"__type": f"{_CORAL}{_exception(refusal)}", "Message": message, "message": message}
    if service == "dynamodb":
        del said["message"]
    kind = {"content-type": request.headers.get("content-type", "application/x-amz-json-1.0")}
    headers = {**named, **kind, **_for_query(service, refusal)}
    return Answer(refusal.status, headers, json.dumps(said).encode())


def _for_query(service: str, refusal: Refusal) -> Mapping[str, str]:
    """Give the code that clients of services knew before they spoke JSON."""
    return {"x-amzn-query-error": f"{refusal.code};Sender"} if service == "sqs" else {}


def _exception(refusal: Refusal) -> str:
    return refusal.code if refusal.code.endswith("Exception") else f"{refusal.code}Exception"


def _xml(refusal: Refusal, message: str, named: Mapping[str, str], request_id: str) -> Answer:
    error = f"<Type>Sender</Type><Code>{refusal.code}</Code><Message>{escape(message)}</Message>"
    body = f"<ErrorResponse><Error>{error}</Error><RequestId>{request_id}</RequestId>"
    headers = {**named, "content-type": "text/xml"}
    return Answer(403, headers, f"{body}</ErrorResponse>".encode())


def _bare_xml(request: WireRequest, refusal: Refusal, message: str, request_id: str) -> Answer:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{refusal.code}</Code><Message>{escape(message)}</Message>"
        f"<RequestId>{request_id}</RequestId></Error>"
    )
    headers = {"content-type": "application/xml", "x-amz-request-id": request_id}
    said = b"" if request.method == "HEAD" else body.encode()
    return Answer(refusal.status, headers, said)
