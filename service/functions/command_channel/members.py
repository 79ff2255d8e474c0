"""The members of a JSON object, against those that it may and must have."""

from collections.abc import Sequence
from difflib import get_close_matches

from command_channel.faults import Fault, Faults
from command_channel.json_text import JsonObject, kind

# An answer must stay small whatever was sent: a request has room for a million members.
_NAMED_UNKNOWN_MEMBERS = 20
_SHOWN_CHARACTERS = 60


def member_faults(
    json_object: JsonObject, known: Sequence[str], required: Sequence[str], path: str = ""
) -> Faults:
    """Name the missing, repeated and unknown members; `path` ("geolocation.") goes before them."""
    missing = [name for name in required if name not in json_object]
    repeated = [name for name in known if name in json_object.repeated]
    unknown = [name for name in json_object if name not in known]
    return [
        *(Fault(path + name, "is required") for name in missing),
        *(Fault(path + name, "is given more than once") for name in repeated),
        *(_unknown_fault(path, name, known) for name in unknown[:_NAMED_UNKNOWN_MEMBERS]),
        *_surplus_faults(path, len(unknown) - _NAMED_UNKNOWN_MEMBERS),
    ]


def read_text(
    json_object: JsonObject, member: str, maximum: int, faults: Faults, *, trim: bool = True
) -> str | None:
    """Read an optional string of at most `maximum` characters, and at least 1 if it is trimmed.

    None if it is absent or no string; what is wrong with it is added to `faults`.
    """
    if member not in json_object:
        return None
    value = json_object[member]
    if not isinstance(value, str):
        faults.append(Fault(member, f"must be a string, not {kind(value)}"))
        return None
    text = value.strip() if trim else value
    if not (1 if trim else 0) <= len(text) <= maximum:
        expected = f"1 to {maximum}" if trim else f"at most {maximum}"
        faults.append(Fault(member, f"must have {expected} characters, not {len(text)}"))
    if any("\ud800" <= character <= "\udfff" for character in text):
        faults.append(Fault(member, "has half of a surrogate pair, which is not a character"))
    return text


def _unknown_fault(path: str, name: str, known: Sequence[str]) -> Fault:
    shown = name if len(name) <= _SHOWN_CHARACTERS else f"{name[:_SHOWN_CHARACTERS]}…"
    near = get_close_matches(shown.strip().lower(), known, n=1)
    advice = f'did you mean "{near[0]}"?' if near else f"the known ones are {', '.join(known)}"
    return Fault(path + shown, f"is an unknown member; {advice}")


def _surplus_faults(path: str, count: int) -> Faults:
    field = path.removesuffix(".") or "body"
    return [Fault(field, f"has {count} more unknown members")] if count > 0 else []
