"""From a function's result to an HTTP API's answer, in both payload formats (H20 to H25)."""

from visitplannr.gateway import response_v2
from visitplannr.gateway.proxy_response import (
    MalformedResponseError,
    json_value,
    merged_headers,
    status_code,
)
from visitplannr.gateway.request import Response

_TEXT = "text/plain; charset=utf-8"


def to_response(payload: bytes, payload_format: str) -> Response:
    """Map a function's result, in the format "1.0" or "2.0", to an answer.

    Raises:
        MalformedResponseError: the result breaks the contract.
    """
    if payload_format == "2.0":
        return response_v2.to_response(payload, _TEXT, response_v2.as_given)
    result = json_value(payload)
    if not isinstance(result, dict) or "statusCode" not in result:
        raise MalformedResponseError("the result", result, "an object with statusCode", "H24")
    body = response_v2.body_of(result)
    merged = merged_headers(result.get("headers"), result.get("multiValueHeaders"))
    listed = tuple((name, value) for name, values in merged.values() for value in values)
    return Response(
        status_code(result["statusCode"]), response_v2.sent_headers(listed, _TEXT), body
    )
