"""How a service says no, in the protocol in which it was asked (iam.md I21)."""

from visitplannr.backend.server.error_answers import (
    Answer,
    Protocol,
    ServiceError,
    error_answer,
    protocol_of,
)
from visitplannr.backend.server.wire import WireRequest
from visitplannr.iam.messages import Refusal

_FORBIDDEN = 403
_WITH_A_STATUS_OF_THEIR_OWN = {Protocol.CBOR, Protocol.JSON, Protocol.S3}


def refused(request: WireRequest, service: str, refusal: Refusal, message: str) -> Answer:
    """Answer a request for boto3's `service` with a refusal."""
    own = protocol_of(request, service) in _WITH_A_STATUS_OF_THEIR_OWN
    status = refusal.status if own else _FORBIDDEN
    error = ServiceError(refusal.code, _exception(refusal.code), status, message)
    return error_answer(request, service, error)


def _exception(code: str) -> str:
    return code if code.endswith("Exception") else f"{code}Exception"
