"""What is wrong with a command: data, so that all of it can be told at once."""

from typing import NamedTuple, TypeAlias


class Fault(NamedTuple):
    """A fault of a member or header (`geolocation.latitude`), or of the `body` as a whole."""

    field: str
    message: str


Faults: TypeAlias = list[Fault]
