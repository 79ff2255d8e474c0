"""Opening the database file: whose it is, its version, whether it is whole, who has it."""

import os
import sqlite3
from pathlib import Path
from typing import Literal

MEMORY = ":memory:"
APPLICATION_ID = 0x76706464
VERSION = 1
ANOTHER = "or name another file with --database"
QUICK_CHECK_LIMIT = 64 * 1024 * 1024
Synchronous = Literal["NORMAL", "FULL"]

SCHEMA = """
CREATE TABLE tables (name TEXT PRIMARY KEY, definition BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE streams (number INTEGER PRIMARY KEY, arn TEXT UNIQUE NOT NULL, name TEXT NOT NULL,
  ended REAL, definition BLOB NOT NULL);
CREATE TABLE records (stream INTEGER, sequence INTEGER, time REAL NOT NULL, record BLOB NOT NULL,
  PRIMARY KEY (stream, sequence)) WITHOUT ROWID;
CREATE TABLE tokens (token TEXT PRIMARY KEY, time REAL NOT NULL, request BLOB NOT NULL)
  WITHOUT ROWID;
CREATE TABLE backups (arn TEXT PRIMARY KEY, definition BLOB NOT NULL) WITHOUT ROWID;
"""
# What a version without it can do without: it opens the file and never looks there.
NOTES = """
CREATE TABLE IF NOT EXISTS notes (kind TEXT, arn TEXT, content BLOB NOT NULL,
  PRIMARY KEY (kind, arn)) WITHOUT ROWID
"""


class DatabaseRefusedError(Exception):
    """The file cannot be used; the text is one line that names it and the way out."""


def open_database(database: str, synchronous: Synchronous) -> sqlite3.Connection:
    """Open or make a database file, or one in memory for `:memory:`.

    Raises:
        DatabaseRefusedError: it is damaged, of a later version, another program's, or in use.
            It is left as it is.
    """
    if database != MEMORY:
        make_private(Path(database))
    connection = sqlite3.connect(
        database, timeout=0, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    try:
        prepare(connection, database, synchronous)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise DatabaseRefusedError(refusal(database, error)) from error
    except DatabaseRefusedError:
        connection.close()
        raise
    return connection


def make_private(path: Path) -> None:
    """Make the folder (0700) and the file (0600) where they are not there yet."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise DatabaseRefusedError(
            f"{path}: cannot be opened ({error.strerror}); name another file with --database"
        ) from error


def prepare(connection: sqlite3.Connection, database: str, synchronous: Synchronous) -> None:
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    require_ours(connection, database)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA cache_size=-32768")
    connection.execute("PRAGMA wal_autocheckpoint=4000")
    connection.execute("BEGIN IMMEDIATE")
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={VERSION}")
    connection.execute(NOTES)
    connection.execute("COMMIT")


def require_ours(connection: sqlite3.Connection, database: str) -> None:
    """Refuse what is another program's, later or damaged, before anything is written."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (objects or version or application):
        raise DatabaseRefusedError(
            f"{database}: is another program's database; name another file with --database"
        )
    if version > VERSION:
        raise DatabaseRefusedError(
            f"{database}: was written by a later version (format {version}, this one knows "
            f"{VERSION}); use that version, or name another file with --database"
        )
    if objects and database != MEMORY:
        require_whole(connection, database)


def require_whole(connection: sqlite3.Connection, database: str) -> None:
    """Look for damage: at everything in a small file, at the tables' roots in a large one."""
    if Path(database).stat().st_size <= QUICK_CHECK_LIMIT:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found.splitlines()[-1])
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        connection.execute(f'SELECT * FROM "{name}" LIMIT 1').fetchall()  # noqa: S608


def refusal(database: str, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"{database}: is in use by another process; stop that, {ANOTHER}"
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}:
        return f"{database}: cannot be opened ({error}); make room there, {ANOTHER}"
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}:
        return f"{database}: cannot be written ({error}); make it writable, {ANOTHER}"
    return (
        f"{database}: is damaged ({error}) and was left as it is; move it away to begin with an "
        "empty one, or bring back a copy"
    )
