"""A state folder has one user at a time; what a dead one left behind is waited for."""

import fcntl
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from visitplannr.up.state_folder import StateDirectoryError, locked


class Holder:
    """Somebody else who holds a folder's lock; the process `pid` is named as its user."""

    def __init__(self, folder: Path, pid: int) -> None:
        self._descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        os.pwrite(self._descriptor, str(pid).encode(), 0)
        self.waited = 0.0

    async def let_go(self, _seconds: float) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    async def keep(self, seconds: float) -> None:
        self.waited += seconds
        assert self.waited < 1_000


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def zombie() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that has ended, which nobody has waited for."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    yield process
    process.wait()


async def test_the_folder_is_made_and_names_its_user(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "state"
    async with locked(folder, print):
        assert (folder / "lock").read_text() == str(os.getpid())


async def test_a_folder_in_use_is_refused_with_the_process_that_has_it(tmp_path: Path) -> None:
    Holder(tmp_path, os.getpid())
    with pytest.raises(StateDirectoryError, match=f"in use by process {os.getpid()}; stop it"):
        async with locked(tmp_path, print):
            pass


async def test_what_a_dead_user_left_behind_is_waited_for(tmp_path: Path) -> None:
    holder = Holder(tmp_path, pid := dead_process())
    lines: list[str] = []
    async with locked(tmp_path, lines.append, holder.let_go):
        assert lines == [f"Waiting for what process {pid} left behind to be written ..."]


async def test_a_dead_user_that_nobody_has_reaped_is_dead(
    tmp_path: Path, zombie: "subprocess.Popen[bytes]"
) -> None:
    holder = Holder(tmp_path, zombie.pid)
    async with locked(tmp_path, print, holder.let_go):
        pass


async def test_it_is_not_waited_for_without_end(tmp_path: Path) -> None:
    holder = Holder(tmp_path, pid := dead_process())
    with pytest.raises(StateDirectoryError, match=f"in use by process {pid}"):
        async with locked(tmp_path, print, holder.keep):
            pass


async def test_a_folder_that_cannot_be_made_says_which_flag_helps(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateDirectoryError, match=r"cannot be written .* --state-dir"):
        async with locked(tmp_path / "file" / "state", print):
            pass


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_it_is_for_its_user_only(tmp_path: Path) -> None:
    async with locked(tmp_path / "state", print):
        assert mode_of(tmp_path / "state") == 0o700
        assert mode_of(tmp_path / "state" / "lock") == 0o600


async def test_what_an_earlier_version_wrote_is_closed_to_others(tmp_path: Path) -> None:
    kept = tmp_path / "state" / "backend" / "cognito-rsa-key.pem"
    program = tmp_path / "state" / "runtime" / "bin" / "program"
    for file in (kept, program):
        file.parent.mkdir(parents=True)
        file.touch()
        file.chmod(0o755)
    (tmp_path / "state").chmod(0o755)
    async with locked(tmp_path / "state", print):
        assert (mode_of(kept), mode_of(program)) == (0o600, 0o755)
        assert mode_of(tmp_path / "state") == 0o700


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    tmp_path.chmod(0o1777)
    return tmp_path


async def test_a_folder_for_everybody_stays_as_it_is(shared: Path) -> None:
    async with locked(shared, print):
        assert mode_of(shared) == 0o1777
