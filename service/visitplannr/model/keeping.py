"""How much of what was seen is kept."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Keeping:
    """Bounds, in bytes and in days, of logs, and of invocations likewise."""

    size: int
    days: float


KEEPING = Keeping(16 * MEGABYTE, 30.0)
"""What is kept unless somebody asks for more: a start reads it in a third of a second."""
