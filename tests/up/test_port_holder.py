"""Who listens at a port is named."""

import errno
import os
import socket
from pathlib import Path

import pytest
from visitplannr.up.front import PortError, listen
from visitplannr.up.port_holder import holder_of

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
ROW = (
    "   0: 0100007F:{port:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000 0 0 77"
)


@pytest.mark.parametrize(
    ("port", "state", "who"),
    [
        (8000, "0A", "process 12 (node)"),
        (8001, "0A", None),
        (8000, "01", None),
    ],
)
def test_the_one_that_listens(tmp_path: Path, port: int, state: str, who: str | None) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net/tcp").write_text(f"{HEAD}\n{ROW.format(port=port, state=state)} 1 0\n")
    descriptors = tmp_path / "12" / "fd"
    descriptors.mkdir(parents=True)
    (descriptors / "3").symlink_to("socket:[77]")
    (tmp_path / "12/comm").write_text("node\n")
    assert holder_of(8000, tmp_path) == who


def test_a_port_that_is_taken_says_by_whom() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = rf"port {port} on 127.0.0.1 cannot be used \({os.strerror(errno.EADDRINUSE)}"
        with pytest.raises(PortError, match=said) as refused:
            listen("127.0.0.1", port)
    if Path("/proc/net/tcp").exists():
        assert f"by process {os.getpid()} (" in str(refused.value)
