"""The command ProposeDestination and the event DestinationProposed: parse, validate, name."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from command_channel.faults import Fault, Faults
from command_channel.geolocation import Coordinates, read_geolocation
from command_channel.json_text import JsonObject, kind, read_json
from command_channel.members import member_faults, read_text

COMMAND = "ProposeDestination"
EVENT_TYPE = "DestinationProposed"
EVENT_VERSION = 1

NAME_CHARACTERS = 200
DESCRIPTION_CHARACTERS = 2_000

Data: TypeAlias = dict[str, str | Mapping[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A valid ProposeDestination; a geolocation in words is a place yet to be geocoded."""

    name: str
    geolocation: Coordinates | str | None = None
    description: str | None = None

    def data(self) -> Data:
        """Give the Data of DestinationProposed: the members that were proposed, by their names."""
        data: Data = {"name": self.name}
        if isinstance(self.geolocation, Coordinates):
            data["geolocation"] = self.geolocation._asdict()
        elif self.geolocation is not None:
            data["geolocation"] = self.geolocation
        if self.description is not None:
            data["description"] = self.description
        return data


def stream_name(destination: UUID) -> str:
    return f"destination-{destination}"


def parse_proposal(text: str) -> Proposal | Faults:
    """Read the JSON text of a proposal, or name every fault of it (at least one).

    Name and place are trimmed, the description is kept as it is; lengths count code points.
    """
    try:
        document = read_json(text)
    except ValueError as error:
        return [Fault("body", str(error))]
    if not isinstance(document, JsonObject):
        return [Fault("body", f"must be a JSON object, not {kind(document)}")]
    faults = member_faults(
        document, known=("name", "geolocation", "description"), required=("name",)
    )
    proposal = Proposal(
        name=read_text(document, "name", NAME_CHARACTERS, faults) or "",
        geolocation=read_geolocation(document, faults),
        description=read_text(document, "description", DESCRIPTION_CHARACTERS, faults, trim=False),
    )
    return faults or proposal
