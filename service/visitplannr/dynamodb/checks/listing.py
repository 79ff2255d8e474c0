"""In which order AWS lists the fields that are wrong (dynamodb.md D40).

It is that of a Java hash map of their names, as the ten that it lists of a Query show; so which ten
are listed of more depends on it.
"""

from collections.abc import Collection

_FULL = 0.75  # of its buckets, from which on a hash map doubles them
_FEWEST_BUCKETS = 16


def listing_order(names: Collection[str]) -> list[str]:
    """Order the names of a structure's fields by their buckets."""
    buckets = _FEWEST_BUCKETS
    while len(names) > buckets * _FULL:
        buckets *= 2
    return sorted(names, key=lambda name: _bucket(name[0].lower() + name[1:], buckets))


def _bucket(name: str, buckets: int) -> int:
    code = 0
    for character in name:
        code = (31 * code + ord(character)) & 0xFFFFFFFF
    return (code ^ code >> 16) & (buckets - 1)
