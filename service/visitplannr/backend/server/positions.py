"""How far event source mappings have read their streams; it outlives a backend that is killed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

from visitplannr.backend.server.kept_database import open_kept

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS position (mapping TEXT, shard TEXT, sequence TEXT, "
    "PRIMARY KEY (mapping, shard)) WITHOUT ROWID"
)


class Positions:
    """The sequence number after which a function reads a shard next, in a database of its own.

    One that is damaged begins anew, and `say` hears of it.
    `mapping` is what outlives the mapping's id: the ARNs of its source and its function.
    """

    def __init__(self, file: Path, say: Callable[[str], None]) -> None:
        self._database = open_kept(file, _SCHEMA, say)
        self._lock = Lock()

    def of(self, mapping: str) -> dict[str, str]:
        """Give the position in each shard that was read."""
        with self._lock:
            query = "SELECT shard, sequence FROM position WHERE mapping = ?"
            return dict(self._database.execute(query, (mapping,)).fetchall())

    def begin(self, mapping: str, positions: Mapping[str, str]) -> None:
        """Note where a new mapping begins; one that is made again goes on where it was."""
        if not self.of(mapping):
            for shard, sequence in positions.items():
                self.set(mapping, shard, sequence)

    def set(self, mapping: str, shard: str, sequence: str) -> None:
        """Note how far a shard was read."""
        with self._lock:
            self._database.execute(
                "INSERT OR REPLACE INTO position VALUES (?, ?, ?)", (mapping, shard, sequence)
            )

    def forget(self, mapping: str) -> None:
        """Forget a mapping that is deleted."""
        with self._lock:
            self._database.execute("DELETE FROM position WHERE mapping = ?", (mapping,))

    def close(self) -> None:
        """Close the database."""
        self._database.close()
