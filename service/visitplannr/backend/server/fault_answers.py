"""An error in the form of the protocol of the call that fails (Smithy's AWS protocols)."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from visitplannr.backend.server.calls import WireCall, service_model
from visitplannr.backend.server.wire import WireRequest

THROTTLING = "throttling"
_MESSAGE = "This call fails because a test has asked for it."
_THROTTLING: Mapping[str, str] = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "kinesis": "ProvisionedThroughputExceededException",
    "lambda": "TooManyRequestsException",
    "s3": "SlowDown",
}
_CBOR_TEXT, _CBOR_TEXT_2 = 0x60, 0x79


@dataclass(frozen=True, slots=True)
class FaultAnswer:
    """An HTTP answer that says an error."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fault_answer(request: WireRequest, call: WireCall, error: str) -> FaultAnswer:
    """Say an error, AWS's code or "throttling", in the protocol of the request."""
    code = error
    if error == THROTTLING:
        code = _THROTTLING.get(call.service, "ThrottlingException")
    status = _status(call.service, code)
    kind, body = _said(request, call, code, status)
    headers = {
        "content-type": kind,
        "content-length": str(len(body)),
        "x-amzn-errortype": code,
        "x-amzn-requestid": str(uuid.uuid4()),
    }
    if kind == "application/cbor":
        headers["smithy-protocol"] = "rpc-v2-cbor"
    return FaultAnswer(status, headers, b"" if request.method == "HEAD" else body)


def _said(request: WireRequest, call: WireCall, code: str, status: int) -> tuple[str, bytes]:
    """Give the body and its media type."""
    if request.path.startswith("/service/"):
        return "application/cbor", cbor({"__type": code, "message": _MESSAGE})
    model = service_model(call.service)
    protocol = model.metadata["protocol"] if model else "json"
    if request.headers.get("x-amz-target") or protocol in {"json", "rest-json"}:
        said = {"__type": code, "message": _MESSAGE}
        return "application/x-amz-json-1.0", json.dumps(said).encode()
    fault = "Sender" if status < 500 else "Receiver"
    inner = f"<Code>{escape(code)}</Code><Message>{_MESSAGE}</Message>"
    if call.service == "s3":
        return "application/xml", f"<Error>{inner}</Error>".encode()
    outer = f"<ErrorResponse><Error><Type>{fault}</Type>{inner}</Error></ErrorResponse>"
    return "text/xml", outer.encode()


def _status(service: str, code: str) -> int:
    """Give the HTTP status of an error as the service's model has it, or by what it is called."""
    model = service_model(service)
    for shape in model.error_shapes if model else ():
        said = shape.metadata.get("error", {})
        if code in {shape.name, said.get("code")}:
            return int(said.get("httpStatusCode", 500 if shape.metadata.get("fault") else 400))
    if "TooManyRequests" in code:
        return 429
    if "Unavailable" in code or code == "SlowDown":
        return 503
    return 500 if "Internal" in code or "ServiceException" in code else 400


def cbor(texts: Mapping[str, str]) -> bytes:
    """Encode a mapping of fewer than 24 texts (RFC 8949, 3.1)."""
    encoded = bytes([0xA0 + len(texts)])
    return encoded + b"".join(_cbor_text(name) + _cbor_text(text) for name, text in texts.items())


def _cbor_text(text: str) -> bytes:
    raw = text.encode()
    if len(raw) < 24:
        return bytes([_CBOR_TEXT + len(raw)]) + raw
    return bytes([_CBOR_TEXT_2]) + len(raw).to_bytes(2, "big") + raw
