"""DynamoDB's numbers: 38 digits, from 1e-130 to below 1e126 (dynamodb.md D56 to D61)."""

import re
from decimal import Context, Decimal

from visitplannr.dynamodb.errors import validation

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_CANONICAL = re.compile(r"0|-?(?:[1-9]\d*(?:\.\d*[1-9])?|0\.\d*[1-9])", re.ASCII)
_DIGITS = 38
_LARGEST_EXPONENT = 125
_SMALLEST_EXPONENT = -130
_EXACT = Context(prec=100_000, Emax=10**9, Emin=-(10**9))


def canonical_number(text: str) -> str:
    """Give the number as DynamoDB answers it: plain decimal, no superfluous zero or sign (D61).

    Raises:
        DynamoDBError: it is no number, has too many digits, or is out of range (D56 to D60).
    """
    if len(text) <= _DIGITS and _CANONICAL.fullmatch(text):
        return text
    return plain(checked_number(text))


def checked_number(text: str) -> Decimal:
    """Read a number of the wire; errors as `canonical_number`."""
    if not text:
        raise validation("The parameter cannot be converted to a numeric value")
    if not _NUMBER.fullmatch(text):
        raise validation(f"The parameter cannot be converted to a numeric value: {text}")
    mantissa, _, exponent = text.lower().partition("e")
    if len(exponent) > 9:
        exponent = exponent[0] + "9" * 8 if exponent[0] in "+-" else "9" * 8
    number = Decimal(f"{mantissa}e{exponent or 0}")
    check_range(number)
    return number


def check_range(number: Decimal) -> None:
    """Refuse a number that DynamoDB cannot hold (D58, D59).

    Raises:
        DynamoDBError: it has more than 38 significant digits, or is too large or too small.
    """
    if not number:
        return
    magnitude = number.adjusted()
    if magnitude > _LARGEST_EXPONENT:
        raise validation(
            "Number overflow. Attempting to store a number with magnitude larger than"
            " supported range"
        )
    if magnitude < _SMALLEST_EXPONENT:
        raise validation(
            "Number underflow. Attempting to store a number with magnitude smaller than"
            " supported range"
        )
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > _DIGITS:
        raise validation("Attempting to store more than 38 significant digits in a Number")


def plain(number: Decimal) -> str:
    """Write a number without exponent, superfluous zeros or a sign of zero."""
    if not number:
        return "0"
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text)
    return sign + (digits.lstrip("0") if digits[:2] != "0." and digits[0] == "0" else digits)


def add(left: str, right: str) -> str:
    """Add two numbers of items exactly.

    Raises:
        DynamoDBError: the sum is out of range or needs more than 38 digits (D62).
    """
    return _result(_EXACT.add(Decimal(left), Decimal(right)))


def subtract(left: str, right: str) -> str:
    """Subtract as `add` adds."""
    return _result(_EXACT.subtract(Decimal(left), Decimal(right)))


def _result(number: Decimal) -> str:
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > _DIGITS:
        raise validation(
            "Number overflow. Attempting to store a number with magnitude larger than"
            " supported range"
        )
    check_range(number)
    return plain(number)
