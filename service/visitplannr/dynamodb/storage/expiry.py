"""When items expire, and which have (dynamodb.md D230)."""

from visitplannr.dynamodb.storage.database import Database
from visitplannr.dynamodb.storage.schema import Table
from visitplannr.dynamodb.values import Item

OLDEST = 5 * 365.25 * 86400
LATEST = 1e15


def expiry_of(item: Item, attribute: str | None) -> float | None:
    """Give the time in epoch seconds at which an item expires; None: never."""
    number = item.get(attribute or "", {}).get("N")
    if number is None:
        return None
    at = float(number)
    return at if 0 <= at < LATEST else None


def expired(database: Database, table: Table, now: float, limit: int) -> list[tuple[bytes, bytes]]:
    """Give keys of items whose time has come, but not more than five years ago."""
    query = f"SELECT h, r FROM expiry_{table.number} WHERE at >= ? AND at < ? LIMIT ?"  # noqa: S608
    return database.rows(query, (now - OLDEST, now, limit))


def next_expiry(database: Database, table: Table, now: float) -> float | None:
    query = f"SELECT min(at) FROM expiry_{table.number} WHERE at >= ?"  # noqa: S608
    (at,) = database.execute(query, (now - OLDEST,)).fetchone()
    return None if at is None else float(at)
