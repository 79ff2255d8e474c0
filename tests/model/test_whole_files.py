"""Files that are there whole or not at all."""

import stat
from pathlib import Path

import pytest
from visitplannr.model.whole_files import write_whole


def test_a_file_is_replaced_and_private(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    write_whole(file, "new")
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    outside, file = tmp_path / "outside", tmp_path / "file"
    outside.write_text("theirs")
    file.symlink_to(outside)
    write_whole(file, "ours")
    assert (outside.read_text(), file.read_text()) == ("theirs", "ours")


def test_a_file_that_is_not_to_be_replaced_stays(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_whole(file, "first", replace=False)
    with pytest.raises(FileExistsError):
        write_whole(file, "second", replace=False)
    assert file.read_text() == "first"
    assert list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_written_leaves_the_old(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_whole(file, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "new \ud800")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
