"""How far event source mappings have read their streams; it outlives a backend that is killed."""

import sqlite3
from pathlib import Path
from threading import Lock


class Positions:
    """The sequence number after which a function reads a shard next, in a database of its own.

    `mapping` is what outlives the mapping's id: the ARNs of its source and its function.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        file.chmod(0o600)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS position (mapping TEXT, shard TEXT, sequence TEXT, "
            "PRIMARY KEY (mapping, shard)) WITHOUT ROWID"
        )
        self._lock = Lock()

    def of(self, mapping: str) -> dict[str, str]:
        """Give the position in each shard that was read."""
        with self._lock:
            query = "SELECT shard, sequence FROM position WHERE mapping = ?"
            return dict(self._database.execute(query, (mapping,)).fetchall())

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
