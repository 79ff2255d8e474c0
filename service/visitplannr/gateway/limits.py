"""Limits that REST and HTTP APIs share (AWS's quotas for API Gateway)."""

from visitplannr.gateway.proxy_response import MalformedResponseError
from visitplannr.gateway.request import Headers, RefusedError, Request

HEAD_LIMIT = 10_240
BODY_LIMIT = 10_485_760


class BodyTooLargeError(RefusedError):
    """Raise for a body over 10 MB (api-gateway.md X16)."""


class HeadTooLargeError(RefusedError):
    """Raise for request line and headers over 10 KB (api-gateway.md X19)."""


def check_limits(request: Request) -> None:
    """Let a request of a size that API Gateway takes pass.

    Raises:
        BodyTooLargeError, HeadTooLargeError: it is too large.
    """
    if request.body_dropped:
        raise BodyTooLargeError(f"the body is over {BODY_LIMIT} bytes")
    if (size := _head_size(request)) > HEAD_LIMIT:
        raise HeadTooLargeError(
            f"request line and headers have {size} bytes; API Gateway takes {HEAD_LIMIT}"
        )


def check_answer(headers: Headers) -> None:
    """Let the headers of a function's answer pass that API Gateway takes (api-gateway.md X22).

    Raises:
        MalformedResponseError: they are too large together.
    """
    size = sum([len(name) + len(value.encode(errors="replace")) for name, value in headers])
    if size > HEAD_LIMIT:
        place = f"the size of its {len(headers)} headers"
        raise MalformedResponseError(place, size, f"{HEAD_LIMIT} bytes", "X22")


def _head_size(request: Request) -> int:
    """Count the bytes of request line and headers as AWS does (api-gateway.md X19)."""
    headers = sum([len(name) + len(value) + 4 for name, value in request.headers])
    return headers + len(request.method) + len(request.path) + len(request.query)
