"""UUIDv7 identifiers (RFC 9562, section 5.7): new ones in order of time, others derived from a key.

A UUIDv7 is 48 bits of Unix milliseconds, then 74 bits that are free; text and bytes sort alike.
"""

import hashlib
import secrets
from collections.abc import Callable
from uuid import UUID

_FREE_BITS = 74


class Uuid7Generator:
    """Make UUIDv7s, each greater than the one before, whatever the clock does.

    Time and free bits count as one number: where the clock stands still or goes back, the last
    number is raised by a random step (RFC 9562, section 6.2, method 2), which carries into the
    time if the free bits run out. The top free bit starts at 0 to leave room for that. The order
    holds within one generator; an execution environment has one, and runs one invocation at a time.
    """

    def __init__(
        self, now_ms: Callable[[], int], random_bits: Callable[[int], int] = secrets.randbits
    ) -> None:
        self._now_ms = now_ms
        self._random_bits = random_bits
        self._last = 0

    def __call__(self) -> UUID:
        fresh = self._now_ms() << _FREE_BITS | self._random_bits(_FREE_BITS - 1)
        self._last = max(fresh, self._last + 1 + self._random_bits(32))
        return _uuid7(self._last)


def derive_ids(command: str, key: str) -> tuple[UUID, UUID]:
    """Give the stream's id and the event's id that belong to an idempotency key of a command.

    The same key gives the same ids at any time, so they carry none: their time is 0, which sorts
    an event before all that later join its stream. The free bits are SHA-256's.
    """
    digest = hashlib.sha256(f"{command}\n{key}".encode()).digest()
    return _uuid7(_top_bits(digest[:16])), _uuid7(_top_bits(digest[16:]))


def _top_bits(half: bytes) -> int:
    return int.from_bytes(half) >> (128 - _FREE_BITS)


def _uuid7(value: int) -> UUID:
    """Put version 7 and variant 0b10 between the time, the upper 12 and the lower 62 free bits."""
    time, upper, lower = value >> _FREE_BITS, value >> 62 & 0xFFF, value & (1 << 62) - 1
    return UUID(int=time << 80 | 0x7 << 76 | upper << 64 | 0b10 << 62 | lower)
