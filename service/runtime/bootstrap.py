"""Becomes awslambdaric in an execution environment, after noting what the function opens.

Run as `python bootstrap.py NOTES ROOT HANDLER`, with the standard library only. Each file below
ROOT that is opened for reading is noted with its time and size, so that the host can tell when the
environment runs code that has changed since; of a compiled file it is the source that counts.
Nothing is written there.
"""

import os
import runpy
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import source_from_cache
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR


def source_of(compiled: str) -> str:
    """Name the source of a compiled file; the file itself if it has none beside it."""
    try:
        return source_from_cache(compiled)
    except ValueError:
        return compiled


def note_files(notes: str, root: str) -> None:
    """Note files that are opened below `root` from now on, in lines of `mtime_ns size path`."""
    written = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC)
    seen: set[str] = set()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], str) or (arguments[2] or 0) & WRITING:
            return
        path = os.path.abspath(arguments[0])  # noqa: PTH100 - pathlib opens files itself
        if path in seen or not path.startswith(root):
            return
        seen.add(path)
        if path.endswith(".pyc"):
            path = source_of(path)
        try:
            found = os.stat(path)  # noqa: PTH116 - as above
        except OSError:
            return
        os.write(written, f"{found.st_mtime_ns} {found.st_size} {path}\n".encode())

    sys.addaudithook(hook)


def leave_code_alone(root: str) -> None:
    """Write no compiled files below `root`: on AWS it is read-only, and here it is somebody's."""
    write = SourceFileLoader.set_data

    def set_data(loader: SourceFileLoader, path: str, data: bytes, **more: Any) -> None:
        if not path.startswith(root):
            write(loader, path, data, **more)

    # mypy forbids to replace a method, which is the point here.
    SourceFileLoader.set_data = set_data  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    _, notes, root, *sys.argv[1:] = sys.argv
    folder = os.path.join(root, "")  # noqa: PTH118 - as above
    note_files(notes, folder)
    leave_code_alone(folder)
    sys.path[0] = os.getcwd()  # noqa: PTH109 - as `python -m` does
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
