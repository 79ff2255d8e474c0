"""Small databases of ours in the state folder: durable to a kill, and begun anew if damaged."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from visitplannr.dynamodb.storage.opening import DatabaseRefusedError


def open_kept(file: Path, schema: str, say: Callable[[str], None]) -> sqlite3.Connection:
    """Open a database with a `schema` (one statement), for any thread, without transactions.

    One that is damaged is put aside, and `say` hears of it.

    Raises:
        DatabaseRefusedError: it cannot be written, or somebody else has it.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return _opened(file, schema)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise DatabaseRefusedError(
                f"{file}: cannot be used ({error}); make room or end what has it, and try again"
            ) from error
        say(
            f"{file}: is damaged ({error}); what it held begins empty. It was put aside as "
            f"{put_aside(file)}"
        )
        for rest in ("-wal", "-shm"):
            file.with_name(f"{file.name}{rest}").unlink(missing_ok=True)
        return _opened(file, schema)


def _opened(file: Path, schema: str) -> sqlite3.Connection:
    database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    try:
        file.chmod(0o600)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        _check(database)
        database.execute(schema)
    except BaseException:
        database.close()
        raise
    return database


def _check(database: sqlite3.Connection) -> None:
    (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def put_aside(file: Path) -> Path:
    """Rename a file, and give its new name; what was put aside before keeps its own."""
    number = 1
    while (aside := file.with_name(f"{file.name}.aside-{number}")).exists():
        number += 1
    return file.rename(aside)
