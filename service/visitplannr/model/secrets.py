"""Secrets, known by names and by looks: masked at rest, in the console and on the terminal.

In memory, and for programs on this machine, what was sent stays whole: tests and replays need it.
"""

import base64
import binascii
import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

MASK = "••••••"

# Anywhere in a name, in any case; "token" is too common a word to be taken without a look.
_PARTS = (
    *("authorization", "authentication", "cookie", "secret", "passw", "passphrase", "credential"),
    *("private.?key", "api.?key", "access.?key", "signing.?key", "account.?key", "token"),
)
_WORDS = ("pwd", "pat", "sk", "dsn", "jwt", "otp", "cvv", "cvc", "pass")
_HARMLESS = re.compile(
    r"next.?token|continuation.?token|tokens$|token.?(?:count|limit|type|use)"
    r"|authentication.?(?:type|provider)|authorization.?(?:type|scopes)|secret.?arn|secret.?name",
    re.IGNORECASE,
)
_LONGEST_NAME = 100
_KEY = re.compile(r"(?:^|_)key$", re.IGNORECASE)
# Each with what a text has to hold, in lower case, before it is searched.
_LOOKS = tuple(
    (marker, re.compile(pattern, re.DOTALL))
    for marker, pattern in (
        ("bearer ", r"(?i:(?P<kept>\bbearer\s+))[\w.~+/=-]{8,}"),
        ("basic ", r"(?i:(?P<kept>\bbasic\s+))[\w.~+/=-]{8,}"),
        ("eyj", r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),
        ("akia", r"\bAKIA[0-9A-Z]{16}\b"),
        ("asia", r"\bASIA[0-9A-Z]{16}\b"),
        ("github_pat_", r"\bgithub_pat_\w{20,}"),
        ("gh", r"\bgh[pousr]_\w{20,}"),
        ("sk_", r"\bsk_(?:live|test)_\w{8,}"),
        ("sk-", r"\bsk-[\w-]{20,}"),
        ("xox", r"\bxox[abeprs]-[\w-]{10,}"),
        ("aiza", r"\bAIza[\w-]{35}"),
        ("private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*KEY-----|\Z)"),
        ("://", r"(?P<kept>://[^/@\s:]*:)[^/@\s]+(?=@)"),
    )
)
# What a log line gives a name: JSON, also inside of JSON, Python's repr, name=value.
_NAME = re.compile(r"""(?<![\w.-])(?P<name>[\w.-]++)\\*+["']?\s*+[:=]\s*+""")
_VALUE = re.compile(
    r"""(?!(?:null|None|true|false)\b)"""
    r"""(?:(?P<quote>\\*+["'])(?P<text>.*?)(?P=quote)"""
    r"""|\[(?:[^]"'\\]++|\\*+"[^"]*+"|\\*+'[^']*+')*+\]"""
    r"""|(?P<bare>[^\s,;&"'\\}\])]+))""",
    re.DOTALL | re.IGNORECASE,
)


class Secrets:
    """The one rule by which secrets are known; `names` are more parts of names, in any case."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        more = tuple(re.escape(name) for name in names if name)
        parts, words = "|".join((*_PARTS, *more)), "|".join(_WORDS)
        named = rf"{parts}|(?<![a-z])(?:{words})(?![a-z])"
        self._named = re.compile(named, re.IGNORECASE)
        self.names = functools.lru_cache(maxsize=10_000)(self._names)

    def _names(self, name: str) -> bool:
        """Say whether what has this name is a secret."""
        return bool(self._named.search(name)) and not _HARMLESS.search(name)

    def variables(self, given: Mapping[str, str]) -> dict[str, str]:
        """Mask environment variables; any KEY counts as one there."""
        return {
            name: MASK if _KEY.search(name) or self.names(name) else _by_looks(value)
            for name, value in given.items()
        }

    def text(self, text: str) -> str:
        """Mask a log line, or any other text."""
        return _by_looks("".join(self._by_names(text)))

    def value(self, found: Any) -> Any:
        """Mask a JSON value: an event, or what a function answered; bodies of requests, too."""
        match found:
            case dict(members):
                return self._members(members)
            case list():
                return [self.value(one) for one in found]
            case str():
                return self._inside(found)
            case _:
                return found

    def payload(self, payload: bytes) -> bytes:
        """Mask a JSON text, or what was meant as one; unchanged where there is nothing to mask."""
        try:
            found = json.loads(payload)
        except ValueError:
            text = payload.decode(errors="replace")
            masked = self.text(text)
            return payload if masked == text else masked.encode()
        masked = self.value(found)
        return payload if masked == found else json.dumps(masked, ensure_ascii=False).encode()

    def _members(self, found: Mapping[str, Any]) -> dict[str, Any]:
        masked = {
            name: _all_masked(value) if self.names(name) else self.value(value)
            for name, value in found.items()
        }
        if found.get("isBase64Encoded") is True and isinstance(found.get("body"), str):
            masked["body"] = self._encoded(found["body"])
        return masked

    def _encoded(self, body: str) -> str:
        try:
            text = base64.b64decode(body, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return body
        masked = self._inside(text)
        return body if masked == text else base64.b64encode(masked.encode()).decode()

    def _inside(self, text: str) -> str:
        """Mask what a text holds: JSON, a form, or words."""
        if text.lstrip()[:1] in {"{", "["}:
            try:
                found = json.loads(text)
            except ValueError:
                return self.text(text)
            masked = self.value(found)
            return text if masked == found else json.dumps(masked, ensure_ascii=False)
        return self._form(text) or self.text(text)

    def _form(self, text: str) -> str | None:
        """Mask a query or a form, if it is one and has a secret."""
        if "=" not in text or any(character in text for character in " \n<{"):
            return None
        pairs = [pair.partition("=") for pair in text.split("&")]
        masked = [
            f"{name}={MASK}" if value and self.names(unquote_plus(name)) else name + equals + value
            for name, equals, value in pairs
        ]
        joined = "&".join(masked)
        return joined if joined != text else None

    def _by_names(self, text: str) -> Iterator[str]:
        """Yield a text in pieces; a name that is no secret's may have others in its value."""
        done = 0
        named = _NAME.search(text)
        while named:
            at = named.end()
            value = _VALUE.match(text, at) if self.names(named["name"][-_LONGEST_NAME:]) else None
            if value:
                yield text[done:at]
                yield _masked(value)
                done = at = value.end()
            named = _NAME.search(text, at)
        yield text[done:]


SECRETS = Secrets()
"""The rule without additions."""


def masked_places(found: Any, place: str = "") -> Iterator[str]:
    """Name the places in a JSON value that are masked, such as `headers.Authorization`."""
    match found:
        case dict():
            for name, value in found.items():
                yield from masked_places(value, f"{place}.{name}" if place else name)
        case list():
            for number, value in enumerate(found):
                yield from masked_places(value, f"{place}[{number}]")
        case str() if MASK in found:
            yield place


def _all_masked(value: Any) -> Any:
    """Mask a value and keep its shape; what is empty, true or false tells nothing."""
    match value:
        case dict():
            return {name: _all_masked(one) for name, one in value.items()}
        case list():
            return [_all_masked(one) for one in value]
        case None | bool() | "":
            return value
        case _:
            return MASK


def _by_looks(text: str) -> str:
    lowered = text.lower()
    for marker, look in _LOOKS:
        if marker in lowered:
            text = look.sub(_kept, text)
    return text


def _kept(found: re.Match[str]) -> str:
    return f"{found.groupdict().get('kept') or ''}{MASK}"


def _masked(value: re.Match[str]) -> str:
    """Mask what a name is given; its quotes or brackets stay."""
    if value["quote"]:
        return f"{value['quote']}{MASK}{value['quote']}"
    return MASK if value["bare"] else f"[{MASK}]"
