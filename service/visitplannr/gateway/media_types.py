"""Which media types an API treats as binary (api-gateway.md E14, R20 to R24)."""


def is_binary(media_type: str, configured: tuple[str, ...]) -> bool:
    """Say whether a media type (parameters cut off) matches a configured entry."""
    wanted = media_type.partition(";")[0].strip().lower()
    return any(_matches(wanted, entry.replace("~1", "/").lower()) for entry in configured)


def first_accepted(accept: str | None) -> str:
    """Give the first media type of an Accept header: the only one that counts (R22)."""
    return (accept or "").partition(",")[0]


def _matches(media_type: str, entry: str) -> bool:
    if entry in {media_type, "*/*"}:
        return True
    return entry.endswith("/*") and media_type.startswith(entry[:-1])
