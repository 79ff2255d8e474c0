"""The condition operators: each makes of the values in a policy a test of one value of a request.

A table of name → operator (iam.md I11). Of the negated ones (`…NotEquals`, `…NotLike`,
`NotIpAddress`) the table has the test that must fail.
"""

import base64
import binascii
import ipaddress
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from visitplannr.iam.patterns import Context, Plain, Token, Wild, glob, resolved, tokens

Test = Callable[[str, Context], bool]
Texts = Sequence[tuple[Token, ...]]
Compare = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Operator:
    """A way to compare, and whether its values may have wildcards.

    A negated one is true if no value of the policy matches.
    """

    test: Callable[[Texts], Test]
    negated: bool = False
    wildcards: bool = False

    def compiled(self, values: Iterable[str], *, variables: bool) -> Test:
        """Compile the values that a policy gives; `variables`: its version has them."""
        return self.test(
            [
                tuple(tokens(value, variables=variables, wildcards=self.wildcards))
                for value in values
            ]
        )


def _texts(matches: Callable[[Plain, str], bool]) -> Callable[[Texts], Test]:
    def build(texts: Texts) -> Test:
        def test(value: str, context: Context) -> bool:
            for text in texts:
                parts = resolved(text, context)
                if parts is not None and matches(parts, value):
                    return True
            return False

        return test

    return build


def _equals(parts: Plain, value: str) -> bool:
    return "".join(map(str, parts)) == value


def _equals_ignore_case(parts: Plain, value: str) -> bool:
    return "".join(map(str, parts)).lower() == value.lower()


def _like(parts: Plain, value: str) -> bool:
    return bool(glob(parts).fullmatch(value))


def _arn_matches(parts: Plain, arn: str) -> bool:
    """Compare two ARNs field by field, the sixth with all that follows (iam.md I12)."""
    if parts == _EVERYTHING:
        return True
    wanted, given = _fields(parts), arn.split(":", 5)
    return len(wanted) == len(given) and all(
        glob(field).fullmatch(value) for field, value in zip(wanted, given, strict=True)
    )


_EVERYTHING = ("", Wild.TEXT, "")


def _fields(parts: Plain) -> list[Plain]:
    fields: list[list[Any]] = [[]]
    for part in parts:
        if not isinstance(part, str):
            fields[-1].append(part)
            continue
        first, *more = part.split(":", 6 - len(fields))
        fields[-1].append(first)
        fields.extend([text] for text in more)
    return [tuple(field) for field in fields]


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _date(text: str) -> datetime | None:
    """Read a date of ISO 8601, or seconds since 1970."""
    try:
        if text.lstrip("-").isdigit() and len(text) > 4:
            return datetime.fromtimestamp(int(text), UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _ordered(read: Callable[[str], Any], compare: Compare) -> Callable[[Texts], Test]:
    """Make a test of numbers, dates or the like; what is none matches nothing.

    Variables have no place here (iam.md I7).
    """

    def build(texts: Texts) -> Test:
        values = ("".join(parts) for parts in map(_literal, texts) if parts)
        wanted = [found for found in map(read, values) if found is not None]

        def test(value: str, _: Context) -> bool:
            given = read(value)
            return given is not None and any(compare(given, one) for one in wanted)

        return test

    return build


def _literal(text: tuple[Token, ...]) -> list[str] | None:
    """Give the parts of a text without variables; None if it has one."""
    parts = [part for part in text if isinstance(part, str)]
    return parts if len(parts) == len(text) else None


def _network(text: str) -> Any:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _binary(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _inside(given: Any, network: Any) -> bool:
    return bool(given.version == network.version and given.subnet_of(network))


_ORDERS: Mapping[str, tuple[Compare, bool]] = {
    "Equals": (operator.eq, False),
    "NotEquals": (operator.eq, True),
    "LessThan": (operator.lt, False),
    "LessThanEquals": (operator.le, False),
    "GreaterThan": (operator.gt, False),
    "GreaterThanEquals": (operator.ge, False),
}

_WILD = partial(Operator, wildcards=True)

OPERATORS: Mapping[str, Operator] = {
    "StringEquals": Operator(_texts(_equals)),
    "StringNotEquals": Operator(_texts(_equals), negated=True),
    "StringEqualsIgnoreCase": Operator(_texts(_equals_ignore_case)),
    "StringNotEqualsIgnoreCase": Operator(_texts(_equals_ignore_case), negated=True),
    "StringLike": _WILD(_texts(_like)),
    "StringNotLike": _WILD(_texts(_like), negated=True),
    "ArnEquals": _WILD(_texts(_arn_matches)),
    "ArnLike": _WILD(_texts(_arn_matches)),
    "ArnNotEquals": _WILD(_texts(_arn_matches), negated=True),
    "ArnNotLike": _WILD(_texts(_arn_matches), negated=True),
    "Bool": Operator(_ordered(str.lower, operator.eq)),
    "BinaryEquals": Operator(_ordered(_binary, operator.eq)),
    "IpAddress": Operator(_ordered(_network, _inside)),
    "NotIpAddress": Operator(_ordered(_network, _inside), negated=True),
    **{
        f"{kind}{name}": Operator(_ordered(read, compare), negated=negated)
        for kind, read in (("Numeric", _number), ("Date", _date))
        for name, (compare, negated) in _ORDERS.items()
    },
}
