"""Key attributes as bytes that sort as DynamoDB sorts them.

Strings and binaries sort by their bytes, numbers by their value. A key of several attributes is
their bytes, each ended so that no attribute can run into the next. The hash part begins with three
bytes of a digest, which spreads partitions over segments and is the order of a scan
(dynamodb.md D165, D170).
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from visitplannr.dynamodb.values import AttributeValue

try:  # hashlib's is OpenSSL's, which takes five times as long for a key between other work
    from _md5 import md5  # type: ignore[import-not-found]
except ImportError:  # an interpreter without algorithms of its own
    from hashlib import md5 as openssl_md5

    md5 = partial(openssl_md5, usedforsecurity=False)

SEGMENT_SLICES = 4096
ZERO = b"\x80"
MOST_PAIRS = 20
ESCAPED_NUL = b"\x00\xff"
END = b"\x00\x01"


def number_bytes(number: str) -> bytes:
    """Encode a plain decimal so that bytes compare as numbers do.

    One byte for the exponent to the base 100, then one for each pair of digits; negative numbers
    are the complement, ended by a byte above all pairs.
    """
    negative = number.startswith("-")
    whole, _, fraction = number.lstrip("-+").partition(".")
    whole = whole.lstrip("0")
    digits = whole + fraction
    significant = digits.lstrip("0")
    exponent = len(whole) - (len(digits) - len(significant))
    significant = significant.rstrip("0")
    if not significant:
        return ZERO
    if exponent % 2:
        significant, exponent = "0" + significant, exponent + 1
    if len(significant) % 2:
        significant += "0"
    head = exponent // 2 + 192
    pairs = [int(significant[at : at + 2]) for at in range(0, len(significant), 2)]
    if not negative:
        return bytes([head, *(pair + 1 for pair in pairs)])
    end = b"\x66" if len(pairs) < MOST_PAIRS else b""
    return bytes([255 - head, *(101 - pair for pair in pairs)]) + end


def scalar_bytes(value: AttributeValue) -> bytes:
    """Encode a key attribute's value of type S, N or B, which was checked."""
    ((kind, content),) = value.items()
    if kind == "S":
        return str(content).encode("utf-8", "surrogatepass")
    if kind == "B":
        return base64.b64decode(content)
    return number_bytes(content)


def escaped(part: bytes) -> bytes:
    return part.replace(b"\x00", ESCAPED_NUL)


def joined(parts: Sequence[bytes], of: int) -> bytes:
    """Join the parts of a key of `of` attributes; a lone attribute stays as it is."""
    if of <= 1:
        return b"".join(parts)
    return b"".join(escaped(part) + END for part in parts)


def digest(parts: Sequence[bytes]) -> bytes:
    """Give the three bytes by which AWS places partitions, and orders equal keys of an index."""
    return bytes(md5(b"Outliers" + b"".join(parts)).digest()[:3])


def hash_bytes(parts: Sequence[bytes]) -> bytes:
    """Encode a partition: the digest by which it is placed, then its attributes."""
    return digest(parts) + joined(parts, len(parts))


def after_prefix(prefix: bytes) -> bytes | None:
    """Name the smallest key above all that begin with the prefix, if there is one."""
    trimmed = prefix.rstrip(b"\xff")
    return trimmed[:-1] + bytes([trimmed[-1] + 1]) if trimmed else None


@dataclass(frozen=True)
class Bounds:
    """A half-open interval of keys: at or above `low`, below `high`."""

    low: bytes = b""
    high: bytes | None = None

    def holds(self, key: bytes) -> bool:
        return self.low <= key and (self.high is None or key < self.high)


def range_bounds(equal: Sequence[bytes], operator: str, values: Sequence[bytes], of: int) -> Bounds:
    """Give the interval of range keys for conditions on their attributes from the left.

    `equal` are attributes fixed by `=`; `operator` (one of < <= > >= BETWEEN begins_with, or empty)
    with its values restricts the next one; `of` is the number of attributes in the range key.
    """
    fixed = joined(equal, of)
    if not operator:
        if len(equal) == of:
            return Bounds(fixed, fixed + b"\x00")
        return Bounds(fixed, after_prefix(fixed))
    single = of <= 1

    def from_(value: bytes) -> bytes:
        return value if single else fixed + escaped(value) + END

    def after(value: bytes) -> bytes | None:
        return value + b"\x00" if single else after_prefix(from_(value))

    whole = after_prefix(fixed)
    if operator == "begins_with":
        prefix = values[0] if single else fixed + escaped(values[0])
        return Bounds(prefix, after_prefix(prefix))
    if operator == "BETWEEN":
        return Bounds(from_(values[0]), after(values[1]))
    if operator in {"<", "<="}:
        return Bounds(fixed, from_(values[0]) if operator == "<" else after(values[0]))
    low = from_(values[0]) if operator == ">=" else after(values[0])
    return Bounds(b"\xff", b"") if low is None else Bounds(low, whole)


def segment_bounds(segment: int, total: int) -> Bounds:
    """Give the partitions of one of `total` segments of a parallel scan (dynamodb.md D171)."""

    def edge(number: int) -> bytes | None:
        at = -(-SEGMENT_SLICES * number // total)
        return None if at >= SEGMENT_SLICES else (at << 4).to_bytes(2, "big")

    low = edge(segment)
    return Bounds(b"\xff", b"") if low is None else Bounds(low, edge(segment + 1))
