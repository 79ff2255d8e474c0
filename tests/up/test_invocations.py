"""Where the backend asks: a socket that outlives nobody."""

import socket
from pathlib import Path

from visitplannr.up.invocations import unix_listener


def connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def test_what_somebody_left_who_was_killed_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "invoke"))
    with unix_listener(tmp_path) as (path, _):
        assert path == tmp_path / "invoke"
        assert connects(path)
    assert list(tmp_path.iterdir()) == []


def test_where_no_socket_can_be_it_has_a_folder_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    with unix_listener(folder) as (path, _):
        assert connects(path)
        assert path.parent != folder
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.parent.exists()
