"""Whether a request is signed at all, and when (dynamodb.md D9 to D12); nothing is verified."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import parse_qs

from visitplannr.dynamodb.errors import DynamoDBError

TIME_FORMAT = "%Y%m%dT%H%M%SZ"
SKEW_SECONDS = 15 * 60
COMPLETE = re.compile(
    r"AWS4-[^ ,]+ Credential=[^ ,]+, ?SignedHeaders=[^ ,]+, ?Signature=[^ ,]+", re.ASCII
)
PARAMETERS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
)


def require_authentication(headers: Mapping[str, str], query: str, now: float) -> None:
    """Refuse what carries no signature, half of one, or one of another time."""
    authorization = headers.get("authorization")
    parameters = parse_qs(query, keep_blank_values=True) if query else {}
    in_query = "X-Amz-Algorithm" in parameters
    if authorization and in_query:
        raise DynamoDBError(
            "InvalidSignatureException",
            "Found both 'X-Amz-Algorithm' as a query-string param and "
            "'Authorization' as HTTP header.",
        )
    if in_query:
        require_parameters(parameters)
    elif not authorization or not authorization.strip().startswith("AWS4-"):
        raise DynamoDBError(
            "MissingAuthenticationTokenException", "Request is missing Authentication Token"
        )
    else:
        require_parts(authorization, headers)
        require_time(headers.get("x-amz-date", ""), now)


def require_parameters(parameters: Mapping[str, list[str]]) -> None:
    missing = [name for name in PARAMETERS if not any(parameters.get(name, ()))]
    if missing:
        texts = [f"AWS query-string parameters must include '{name}'. " for name in missing]
        raise DynamoDBError(
            "IncompleteSignatureException",
            "".join(texts) + "Re-examine the query-string parameters.",
        )


def require_parts(authorization: str, headers: Mapping[str, str]) -> None:
    if COMPLETE.fullmatch(authorization) and headers.get("x-amz-date"):
        return
    words = authorization.replace(",", " ").split()[1:]
    parts = {name: value for name, _, value in [word.partition("=") for word in words]}
    text = "".join(
        f"Authorization header requires '{name}' parameter. "
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parts.get(name)
    )
    if not headers.get("x-amz-date") and not headers.get("date"):
        text += (
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        )
    if text:
        raise DynamoDBError("IncompleteSignatureException", f"{text}Authorization={authorization}")


def require_time(date: str, now: float) -> None:
    """Refuse a signature made more than 15 minutes ago, or hence."""
    signed = signing_time(date)
    if signed is None or abs(now - signed) <= SKEW_SECONDS:
        return
    current = datetime.fromtimestamp(now, UTC).strftime(TIME_FORMAT)
    text = (
        f"Signature expired: {date} is now earlier than {current} - 15 min."
        if signed < now
        else f"Signature not yet current: {date} is still later than {current} + 15 min."
    )
    raise DynamoDBError("InvalidSignatureException", text)


@lru_cache(maxsize=64)
def signing_time(date: str) -> float | None:
    try:
        return datetime.strptime(date, TIME_FORMAT).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
