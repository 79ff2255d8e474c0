"""What Lambda answers for a runtime that could not (lambda-runtime.md, part 4)."""

import json
import signal
from dataclasses import dataclass

PAYLOAD_LIMIT = 6_291_556
STREAM_LIMIT = 200 * 1024 * 1024

_SIGNAL_TEXTS = {
    signal.SIGABRT: "aborted",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGHUP: "hangup",
    signal.SIGILL: "illegal instruction",
    signal.SIGINT: "interrupt",
    signal.SIGKILL: "killed",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """An error type, the payload that carries it, and the REPORT line's status."""

    error_type: str
    payload: bytes
    status: str = "error"
    log: tuple[str, ...] = ()


def timed_out(request_id: str, timeout: int) -> Failure:
    """The function's Timeout passed (L25)."""
    text = f"Task timed out after {timeout:.2f} seconds"
    message = f"RequestId: {request_id} Error: {text}"
    payload = _payload(errorType="Sandbox.Timedout", errorMessage=message)
    return Failure("Sandbox.Timedout", payload, "timeout", (f"{request_id} {text}",))


def exited(request_id: str, returncode: int, *, out_of_memory: bool = False) -> Failure:
    """The runtime process ended (L26 to L29); `returncode` as subprocess gives it."""
    error_type = "Runtime.OutOfMemory" if out_of_memory else "Runtime.ExitError"
    message = f"RequestId: {request_id} Error: {_reason(returncode)}"
    payload = _payload(errorType=error_type, errorMessage=message)
    return Failure(error_type, payload, log=(message, error_type))


def response_too_large(limit: int) -> Failure:
    """The result is over 6 MB (L34), or over 200 MB if it is a stream (U52)."""
    error_type = "Function.ResponseSizeTooLarge"
    message = f"Response payload size exceeded maximum allowed payload size ({limit} bytes)."
    return Failure(error_type, _payload(errorMessage=message, errorType=error_type))


def reported(payload: bytes) -> Failure:
    """The runtime itself posted an error; its payload is passed on as it is (L10)."""
    try:
        error_type = json.loads(payload)["errorType"]
    except (ValueError, TypeError, KeyError):
        error_type = "Runtime.Unknown"
    return Failure(str(error_type), payload)


def _reason(returncode: int) -> str:
    if returncode == 0:
        return "Runtime exited without providing a reason"
    if returncode > 0:
        return f"Runtime exited with error: exit status {returncode}"
    name = _SIGNAL_TEXTS.get(signal.Signals(-returncode), f"signal {-returncode}")
    return f"Runtime exited with error: signal: {name}"


def _payload(**members: str) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode()
