"""Which signature (version 4) a request has; it is read, and not verified."""

import re
from urllib.parse import parse_qs

from visitplannr.gateway.request import Request

_CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256\s.*?Credential=([^/,\s]+)/")


def signed_by(request: Request) -> str | None:
    """Give the access key of a signature, from the header or from the query.

    function-url.md U11
    """
    if found := _CREDENTIAL.match(request.header("authorization") or ""):
        return found[1]
    query = parse_qs(request.query)
    if "X-Amz-Signature" not in query:
        return None
    return query.get("X-Amz-Credential", [""])[-1].partition("/")[0] or None
