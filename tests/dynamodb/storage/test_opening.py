"""Which database files are opened, and what is said of the others."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from visitplannr.dynamodb.storage.database import Database
from visitplannr.dynamodb.storage.opening import VERSION, DatabaseRefusedError, open_database


def filled(path: Path) -> None:
    """Make a database of a hundred pages."""
    connection = open_database(str(path), "NORMAL")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO tokens VALUES (?, 0, ?)",
        ((f"t{number}", b"x" * 2000) for number in range(300)),
    )
    connection.execute("COMMIT")
    connection.close()


def overwrite(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


def later(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version={VERSION + 1}")
    connection.close()


def foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(b"not a database at all" * 100), "is damaged"),
        (lambda path: overwrite(path, 0, b"\x00" * 100), "is damaged"),
        (lambda path: overwrite(path, 40 * 4096, b"\xa5" * 4096), "is damaged"),
        (lambda path: overwrite(path, 4096, b"\xa5" * 8192), "is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[: 20 * 4096]), "is damaged"),
        (later, "was written by a later version"),
        (foreign, "is another program's database"),
    ],
    ids=["text", "header", "page", "roots", "cut", "later", "foreign"],
)
def test_what_cannot_be_used_is_refused_by_name_and_left_as_it_is(
    tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    path = tmp_path / "dynamodb.db"
    filled(path)
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(DatabaseRefusedError) as refused:
        Database(str(path), "NORMAL")
    text = str(refused.value)
    assert text.startswith(f"{path}: {words}")
    assert "\n" not in text
    assert path.read_bytes() == before


def test_two_never_share_one(tmp_path: Path) -> None:
    path = tmp_path / "dynamodb.db"
    first = open_database(str(path), "NORMAL")
    with pytest.raises(DatabaseRefusedError, match="is in use by another process"):
        open_database(str(path), "NORMAL")
    first.close()
    open_database(str(path), "NORMAL").close()


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "dynamodb.db"
    connection = open_database(str(path), "NORMAL")
    files = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    connection.close()
    assert files == {"dynamodb.db": 0o600, "dynamodb.db-wal": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "dynamodb.db"
    path.touch()
    open_database(str(path), "FULL").close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    connection.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "dynamodb.db"
    with pytest.raises(DatabaseRefusedError, match="cannot be opened"):
        open_database(str(path), "NORMAL")
