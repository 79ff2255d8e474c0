"""Records of streams, as functions get them: what identifies one, and when it came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from visitplannr.backend.server.mappings.outcome import Outcome

Record = Mapping[str, Any]


class Shard(Protocol):
    """A shard that is read from a position which is kept with the backend's state."""

    id: str

    def read(self, most: int, *, after: int = 0) -> Sequence[Record]:
        """Give the next records, or those after so many, as functions get them.

        The position stays.
        """

    def advance(self, count: int) -> None:
        """Move the position."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """Records that were given up after so many `tries`; `condition` is AWS's word for why.

    Without a try there is no `outcome`.
    """

    records: Sequence[Record]
    shard: str
    condition: str
    tries: int = 0
    outcome: Outcome | None = None


def sequence_number(record: Record) -> str:
    """Give the number that identifies a record in its shard."""
    found = record.get("kinesis") or record.get("dynamodb") or {}
    return str(found.get("sequenceNumber") or found.get("SequenceNumber") or "")


def arrival(record: Record) -> float:
    """Give the time of a record, in epoch seconds."""
    kinesis, dynamodb = record.get("kinesis") or {}, record.get("dynamodb") or {}
    found = kinesis.get("approximateArrivalTimestamp")
    return float(found or dynamodb.get("ApproximateCreationDateTime") or 0)
