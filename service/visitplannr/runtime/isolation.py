"""What an environment's processes see of the file system, where Linux has namespaces.

Their code and layers are read-only, and /tmp is the environment's own (lambda-runtime.md L49). The
command that starts them first makes a mount namespace, by util-linux's `unshare` and `mount`; the
process stays the same, and for who is not root a second user namespace gives back the user's id.
Where /tmp has what an environment needs (this project, say), that is put at its place again.
"""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_TMP = Path("/tmp")  # noqa: S108 - the functions' own, not ours
_OPT = Path("/opt")
_LOCKED = ("", ",nosuid,nodev", ",nosuid,nodev,noexec")
_SECONDS = 10


@dataclass(frozen=True, slots=True)
class View:
    """What is different in an environment.

    It starts in `root`; `temporary` is its /tmp, `layers` are its /opt, the first of them on top,
    `read_only` are folders; `writable` and `needed` paths have to be there as they are.
    """

    root: Path
    temporary: Path
    read_only: Sequence[Path] = ()
    layers: Sequence[Path] = ()
    writable: Sequence[Path] = ()
    needed: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Isolation:
    """The commands that make namespaces, and leave those of the user."""

    enter: tuple[str, ...]
    leave: tuple[str, ...] = ()

    def command(self, command: Sequence[str], view: View) -> list[str]:
        """Give the command that starts another one with a view; makes what is mounted upon."""
        mounts = [
            *_private_tmp(view),
            *_within(view),
            *map(_read_only, view.read_only),
            *_opt(view),
        ]
        run = [f"cd {_quoted(view.root)}", f"exec {shlex.join([*self.leave, *command])}"]
        script = "\n".join([*mounts, *run])
        return [*self.enter, "/bin/sh", "-c", script]


def find_isolation(path: str) -> Isolation | None:
    """Look whether namespaces can be had here: tried once, by a command that does nothing."""
    unshare = shutil.which("unshare", path=path)
    if unshare is None or shutil.which("mount", path=path) is None:
        return None
    user, group = os.geteuid(), os.getegid()
    as_root = (unshare, "--user", "--map-root-user", "--mount")
    back = (unshare, "--user", f"--map-user={user}", f"--map-group={group}", "--")
    ways = (
        [Isolation(as_root, back)]
        if user
        else [Isolation((unshare, "--mount")), Isolation(as_root)]
    )
    return next((way for way in ways if _works(way, path)), None)


def _works(way: Isolation, path: str) -> bool:
    """Try a way: a folder that is read-only, and another /tmp."""
    with tempfile.TemporaryDirectory(prefix="visitplannr-") as name:
        folder = Path(name)
        code, temporary = folder / "code", folder / "tmp"
        code.mkdir()
        temporary.mkdir()
        tried = f"! touch {_quoted(code / 'x')} && touch {_TMP / 'y'}"
        command = way.command(
            ["/bin/sh", "-c", tried], View(code, temporary, [code], needed=[code])
        )
        try:
            done = subprocess.run(
                command, env={"PATH": path}, capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0 and (temporary / "y").exists()


def _private_tmp(view: View) -> Iterator[str]:
    """Mount over /tmp, with what is needed of it at its place: for reading, if not `writable`."""
    roots = dict.fromkeys(_TMP / one.relative_to(_TMP).parts[0] for one in _below_tmp(view.needed))
    for root in roots:
        place = _mount_point(root, view.temporary)
        yield f"mount --rbind -o ro {_quoted(root)} {_quoted(place)}"
    for path in _below_tmp(view.writable):
        path.mkdir(parents=True, exist_ok=True)
        yield f"mount --bind {_quoted(path)} {_quoted(view.temporary / path.relative_to(_TMP))}"
    yield f"mount --rbind {_quoted(view.temporary)} {_TMP}"


def _within(view: View) -> Iterator[str]:
    """Make what stays writable below a folder that will not be a mount of its own."""
    for path in view.writable:
        if any(path.is_relative_to(folder) for folder in view.read_only):
            yield f"mount --bind {_quoted(path)} {_quoted(path)}"


def _opt(view: View) -> Iterator[str]:
    """Mount the layers at /opt, unless this machine has there what is needed."""
    odd = any({":", ",", "\\"} & set(str(layer)) for layer in view.layers)
    hidden = any(path.is_relative_to(_OPT) for path in (*view.needed, *view.writable))
    if not view.layers or odd or hidden or not _OPT.is_dir():
        return
    if len(view.layers) == 1:
        yield f"mount --bind -o ro {_quoted(view.layers[0])} {_OPT} 2>/dev/null"
    else:
        folders = shlex.quote(f"ro,lowerdir={':'.join(map(str, view.layers))}")
        yield f"mount -t overlay -o {folders} overlay {_OPT} 2>/dev/null"


def _below_tmp(paths: Iterable[Path]) -> list[Path]:
    return [path for path in paths if path != _TMP and path.is_relative_to(_TMP)]


def _mount_point(root: Path, temporary: Path) -> Path:
    place = temporary / root.name
    if root.is_dir():
        place.mkdir(exist_ok=True)
    else:
        place.touch()
    return place


def _read_only(folder: Path) -> str:
    """Mount a folder upon itself, read-only; the flags that its mount has may not be taken away."""
    place = _quoted(folder)
    again = (f"mount -o remount,bind,ro{flags} {place} 2>/dev/null" for flags in _LOCKED)
    return f"mount --rbind -o ro {place} {place} 2>/dev/null || {' || '.join(again)}"


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
