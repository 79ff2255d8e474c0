"""Verifies signatures (version 4) by signing again with botocore, and refuses in AWS's words.

IAM guide, "AWS Signature Version 4 for API requests", "Troubleshoot Signature Version 4 signing"
(iam.md I51, I52).
"""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from visitplannr.model.access import AccessRefusedError, Pairs, SentRequest

_STAMP = "%Y%m%dT%H%M%SZ"
_SKEW = timedelta(minutes=5)
_PART = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]*)")
_PARTS = ("Credential", "Signature", "SignedHeaders")
_IN_QUERY = "X-Amz-Signature"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)


class InvalidSignatureError(AccessRefusedError):
    """Raise for a signature that is none, is not for us, or is too old."""

    def __init__(self, message: str) -> None:
        super().__init__("InvalidSignatureException", message)


class IncompleteSignatureError(AccessRefusedError):
    """Raise for a signature that lacks something."""

    def __init__(self, message: str) -> None:
        super().__init__("IncompleteSignatureException", message)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a request says of its signature; `expires` is in seconds, of one in the query."""

    access_key: str
    session_token: str | None
    stamp: str
    region: str
    service: str
    signed: tuple[str, ...]
    value: str
    expires: int | None = None


def signature_of(request: SentRequest) -> Signature:
    """Read the signature of a request, from its header or its query.

    Raises:
        AccessRefusedError: it has none, or one that lacks something.
    """
    headers = {name.lower(): value for name, value in request.headers}
    if "authorization" in headers:
        return _of_header(headers["authorization"], headers)
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    if _IN_QUERY in query:
        return _of_query(query)
    raise AccessRefusedError("MissingAuthenticationTokenException", "Missing Authentication Token")


def verify(signature: Signature, request: SentRequest, secret: str, now: datetime) -> None:
    """Sign a request again and compare.

    Raises:
        InvalidSignatureError: the signature is another one, or not of this time.
    """
    _check_time(signature, now)
    declared = _declared(request)
    if declared not in {None, _UNSIGNED, request.digest}:
        raise InvalidSignatureError(_MISMATCH)
    for spelled in (_as_sent, _encoded):
        again = _signed_again(signature, request, secret, spelled)
        if hmac.compare_digest(again, signature.value):
            return
    raise InvalidSignatureError(_MISMATCH)


def _of_header(given: str, headers: Any) -> Signature:
    if not given.startswith("AWS4-HMAC-SHA256") and "=" not in given:
        last = given.rpartition(" ")[2]
        raise IncompleteSignatureError(
            f"'{last}' not a valid key=value pair (missing equal-sign) in Authorization header: "
            f"'{given}'."
        )
    parts = dict(_PART.findall(given))
    stamp = str(headers.get("x-amz-date") or _stamp_of(headers.get("date")) or "")
    lacking = [
        f"Authorization header requires '{one}' parameter." for one in _PARTS if not parts.get(one)
    ]
    if not stamp:
        lacking.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    if lacking:
        raise IncompleteSignatureError(f"{' '.join(lacking)} Authorization={given}")
    signed = tuple(parts["SignedHeaders"].lower().split(";"))
    key, region, service = _scope(parts["Credential"])
    token = headers.get("x-amz-security-token")
    return Signature(key, token, stamp, region, service, signed, parts["Signature"])


def _of_query(query: Any) -> Signature:
    needed = ("X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders")
    if lacking := [one for one in needed if not query.get(one)]:
        said = " ".join(f"AWS query-string parameters must include '{one}'." for one in lacking)
        raise IncompleteSignatureError(said)
    key, region, service = _scope(query["X-Amz-Credential"])
    expires = query.get("X-Amz-Expires", "")
    return Signature(
        key,
        query.get("X-Amz-Security-Token"),
        query["X-Amz-Date"],
        region,
        service,
        tuple(query["X-Amz-SignedHeaders"].lower().split(";")),
        query[_IN_QUERY],
        int(expires) if expires.isdecimal() else 0,
    )


def _scope(credential: str) -> tuple[str, str, str]:
    match credential.split("/"):
        case [key, _, region, service, "aws4_request"]:
            return key, region, service
    raise IncompleteSignatureError(
        "Credential must have exactly 5 slash-delimited elements, e.g. "
        f"keyid/date/region/service/term, got '{credential}'"
    )


def _check_time(signature: Signature, now: datetime) -> None:
    try:
        signed_at = datetime.strptime(signature.stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise IncompleteSignatureError(
            f"Date must be in ISO-8601 'basic format'. Got '{signature.stamp}'."
        ) from error
    lasts = _SKEW if signature.expires is None else timedelta(seconds=signature.expires)
    said = "5 min." if signature.expires is None else f"{signature.expires} sec."
    earliest, latest = now - lasts, now + _SKEW
    if signed_at < earliest:
        raise InvalidSignatureError(
            f"Signature expired: {signature.stamp} is now earlier than {earliest:{_STAMP}} "
            f"({now:{_STAMP}} - {said})"
        )
    if signed_at > latest:
        raise InvalidSignatureError(
            f"Signature not yet current: {signature.stamp} is still later than {latest:{_STAMP}} "
            f"({now:{_STAMP}} + 5 min.)"
        )


class _Again(SigV4Auth):
    """Signs the headers that were signed, and a body of which only the digest is here."""

    def __init__(self, credentials: Credentials, signature: Signature, digest: str) -> None:
        super().__init__(credentials, signature.service, signature.region)
        self._digest = digest

    def headers_to_sign(self, request: Any) -> Any:
        found: Any = HTTPHeaders()
        for name, value in request.context["signed"]:
            found[name] = value
        return found

    def payload(self, _request: Any) -> str:
        return self._digest


Spelling = Callable[[str], str]


def _signed_again(
    signature: Signature, request: SentRequest, secret: str, spelled: Spelling
) -> str:
    signed = [(name.lower(), value) for name, value in request.headers]
    query = spelled(_without_signature(request.query))
    again: Any = AWSRequest(request.method, f"http://host{request.path}?{query}")
    again.context["timestamp"] = signature.stamp
    again.context["signed"] = [pair for pair in signed if pair[0] in signature.signed]
    unsigned = _declared(request) == _UNSIGNED
    signer: Any = _Again(
        Credentials(signature.access_key, secret),
        signature,
        _UNSIGNED if unsigned else request.digest,
    )
    canonical = signer.canonical_request(again)
    return str(signer.signature(signer.string_to_sign(again, canonical), again))


def _declared(request: SentRequest) -> str | None:
    """Give the digest that a request says its body has."""
    return _value("x-amz-content-sha256", request.headers)


def _value(name: str, headers: Pairs) -> str | None:
    return next((value for given, value in headers if given.lower() == name), None)


def _without_signature(query: str) -> str:
    return "&".join(one for one in query.split("&") if not one.startswith(f"{_IN_QUERY}="))


def _as_sent(query: str) -> str:
    return query


def _encoded(query: str) -> str:
    """Encode a query as AWS does, however the client wrote it."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs
    )


def _stamp_of(date: str | None) -> str | None:
    """Read a Date header as a signature's time."""
    if not date:
        return None
    try:
        return parsedate_to_datetime(date).strftime(_STAMP)
    except ValueError:
        return date
