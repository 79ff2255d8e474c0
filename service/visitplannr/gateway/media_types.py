"""Which media types an API treats as binary (api-gateway.md E14, R20 to R25)."""

from visitplannr.gateway.request import Request


def is_binary(media_type: str, configured: tuple[str, ...]) -> bool:
    """Say whether a media type (parameters cut off) matches a configured entry."""
    wanted = media_type.partition(";")[0].strip().lower()
    return any(_matches(wanted, entry.replace("~1", "/").lower()) for entry in configured)


def first_accepted(request: Request) -> str:
    """Give the media type that a client accepts first: the only one that counts (R22)."""
    sent = (value for name, value in request.headers if name.lower() == "accept")
    return next(sent, "").partition(",")[0]


def _matches(media_type: str, entry: str) -> bool:
    """Compare; an entry for all types of one subtype, `*/png`, matches nothing (R25)."""
    if entry == "*/*":
        return True
    if entry.startswith("*"):
        return False
    return entry == media_type or (entry.endswith("/*") and media_type.startswith(entry[:-1]))
