"""What a caller of the Invoke API says in headers, beside the event (lambda-runtime.md L66)."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson

from visitplannr.model.invocation import TRIGGER_HEADER
from visitplannr.model.lambda_error import LambdaError, LambdaRefusedError
from visitplannr.runtime.function_reference import invalid, violation, violations

_INVOCATION_TYPES = ("Event", "RequestResponse", "DryRun")
_LOG_TYPES = ("None", "Tail")
_LONGEST_CONTEXT = 3583


@dataclass(frozen=True, slots=True)
class InvokeHeaders:
    """The headers of a request, as they were given but for `client_context`, which is JSON."""

    invocation_type: str
    log_type: str
    client_context: str | None
    trace_id: str | None
    trigger: str

    @property
    def wants_tail(self) -> bool:
        return self.log_type == "Tail"


def read_headers(name: str, qualifier: str | None, headers: Mapping[str, str]) -> InvokeHeaders:
    """Read the headers of a request to invoke the function `name`.

    Raises:
        LambdaRefusedError: one of them has a value that AWS does not know.
    """
    invocation_type = headers.get("x-amz-invocation-type") or "RequestResponse"
    log_type = headers.get("x-amz-log-type") or "None"
    if invocation_type not in _INVOCATION_TYPES or log_type not in _LOG_TYPES:
        named = tuple(_unknown(invocation_type, log_type))
        raise invalid((*violations(name, qualifier or None), *named))
    context = headers.get("x-amz-client-context")
    return InvokeHeaders(
        invocation_type,
        log_type,
        _client_context(context) if context else None,
        headers.get("x-amzn-trace-id"),
        headers.get(TRIGGER_HEADER, "invoke"),
    )


def _unknown(invocation_type: str, log_type: str) -> Iterator[str]:
    given = (
        (invocation_type, "invocationType", _INVOCATION_TYPES),
        (log_type, "logType", _LOG_TYPES),
    )
    for value, member, known in given:
        if value not in known:
            allowed = f"Member must satisfy enum value set: [{', '.join(known)}]"
            yield violation(value, member, allowed)


def _client_context(header: str) -> str:
    """Decode a client context: a JSON object in base64.

    Raises:
        LambdaRefusedError: it is none.
    """
    try:
        text = base64.b64decode(header, validate=True).decode()
        is_object = isinstance(orjson.loads(text), dict)
    except (binascii.Error, ValueError):
        is_object = False
    if not is_object or len(header) > _LONGEST_CONTEXT:
        message = "Client context must be a valid Base64-encoded JSON object."
        error = LambdaError(400, "InvalidRequestContentException", message, {"Type": None})
        raise LambdaRefusedError(error)
    return text
