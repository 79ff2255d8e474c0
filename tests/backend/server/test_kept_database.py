"""A small database of ours that is damaged is put aside, said, and begun anew."""

from pathlib import Path

import pytest
from visitplannr.backend.server.kept_database import open_kept
from visitplannr.dynamodb.storage.opening import DatabaseRefusedError

SCHEMA = "CREATE TABLE IF NOT EXISTS kept (text)"


def written(file: Path) -> None:
    database = open_kept(file, SCHEMA, print)
    for _ in range(1_000):
        database.execute("INSERT INTO kept VALUES (?)", ("x" * 100,))
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def count(file: Path, said: list[str]) -> int:
    database = open_kept(file, SCHEMA, said.append)
    found: int = database.execute("SELECT count(*) FROM kept").fetchone()[0]
    database.close()
    return found


def test_what_was_written_is_there_and_for_its_user_only(tmp_path: Path) -> None:
    said: list[str] = []
    written(tmp_path / "new" / "a.sqlite")
    assert (count(tmp_path / "new" / "a.sqlite", said), said) == (1_000, [])
    assert (tmp_path / "new" / "a.sqlite").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", ["garbage", "cut", "overwritten"])
def test_a_damaged_one_is_put_aside(tmp_path: Path, damage: str) -> None:
    file, said = tmp_path / "a.sqlite", list[str]()
    written(file)
    content = {
        "garbage": b"no database" * 1_000,
        "cut": file.read_bytes()[:9_000],
        "overwritten": file.read_bytes()[:4_096] + b"\xff" * 8_192 + file.read_bytes()[12_288:],
    }[damage]
    file.write_bytes(content)
    assert count(file, said) == 0
    assert said[0].startswith(f"{file}: is damaged (")
    assert (tmp_path / "a.sqlite.aside-1").read_bytes()[100:] == content[100:]


def test_one_that_cannot_be_written_is_not_taken_for_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").mkdir()
    with pytest.raises(DatabaseRefusedError, match=r"a\.sqlite: cannot be used \("):
        open_kept(tmp_path / "a.sqlite", SCHEMA, print)
