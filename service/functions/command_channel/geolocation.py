"""Where a destination is: coordinates, or a place in words that is geocoded later."""

from decimal import Context, Decimal, DecimalException, Inexact, Overflow, Subnormal
from typing import NamedTuple

from command_channel.faults import Fault, Faults
from command_channel.json_text import JsonObject, kind
from command_channel.members import member_faults, read_text

MEMBER = "geolocation"
PLACE_CHARACTERS = 2_000

# A DynamoDB number has up to 38 digits, zeros at either end not counted, and is 0 or at least
# 1E-130 in size (Amazon DynamoDB Developer Guide, "Supported data types", Number).
_DYNAMODB = Context(prec=38, Emin=-130, Emax=125, traps=[Inexact, Overflow, Subnormal])


class Coordinates(NamedTuple):
    """A point in degrees (WGS 84): latitude -90 to 90, longitude -180 to 180."""

    latitude: Decimal
    longitude: Decimal


def read_geolocation(document: JsonObject, faults: Faults) -> Coordinates | str | None:
    """Read the optional member `geolocation`; what is wrong with it is added to `faults`."""
    match document.get(MEMBER, "none"):
        case str():
            return read_text(document, MEMBER, PLACE_CHARACTERS, faults)
        case JsonObject() as point:
            return _read_coordinates(point, faults)
        case other:
            message = "must be a place in words or an object with latitude and longitude"
            faults.append(Fault(MEMBER, f"{message}, not {kind(other)}"))
            return None


def _read_coordinates(point: JsonObject, faults: Faults) -> Coordinates:
    members = Coordinates._fields
    faults += member_faults(point, known=members, required=members, path=f"{MEMBER}.")
    return Coordinates(
        latitude=_read_degrees(point, "latitude", 90, faults),
        longitude=_read_degrees(point, "longitude", 180, faults),
    )


def _read_degrees(point: JsonObject, member: str, limit: int, faults: Faults) -> Decimal:
    field, value = f"{MEMBER}.{member}", point.get(member, Decimal(0))
    expected = f"must be a number from -{limit} to {limit}"
    if not isinstance(value, Decimal):
        faults.append(Fault(field, f"{expected}, not {kind(value)}"))
    elif not (value.is_finite() and -limit <= value <= limit):
        faults.append(Fault(field, expected))
    else:
        try:
            return _exact(value)
        except DecimalException:
            message = "must have at most 38 digits and be 0 or at least 1E-130 in size"
            faults.append(Fault(field, message))
    return Decimal(0)


def _exact(value: Decimal) -> Decimal:
    """Drop the zeros that DynamoDB would not keep: 1.50 is 1.5, and -0 is 0.

    Raises:
        DecimalException: DynamoDB cannot hold the number exactly.
    """
    number = value.normalize(_DYNAMODB)
    if number == number.to_integral_value():
        return number.quantize(Decimal(1)) or Decimal(0)
    return number
