"""Becomes awslambdaric in an execution environment, after noting what the function opens.

Run as `python bootstrap.py NOTES ROOTS GUARDED HANDLER`, with the standard library only. ROOTS are
the function's folder and those of its layers, joined as in PATH. Each file below them that is
opened for reading is noted with its time and size, so that the host can tell when the environment
runs code that has changed since; of a compiled file it is the source that counts. No compiled code
is written into them. GUARDED are those that nothing may be written into, and that the system does
not keep read-only itself. The syntax is that of Python 3.8.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import source_from_cache
from typing import Any, NoReturn

WRITING = os.O_WRONLY | os.O_RDWR
CHANGING = WRITING | os.O_CREAT | os.O_TRUNC
# Audit events of calls that change what their first one or two arguments name.
CHANGES = frozenset(
    f"os.{name}"
    for name in (
        *("chmod", "chown", "link", "mkdir", "remove", "removexattr", "rename", "rmdir"),
        *("setxattr", "symlink", "truncate", "utime"),
    )
)


def source_of(compiled: str) -> str:
    """Name the source of a compiled file; the file itself if it has none beside it."""
    try:
        return source_from_cache(compiled)
    except ValueError:
        return compiled


def note_files(notes: str, roots: tuple[str, ...]) -> None:
    """Note files that are opened below `roots` from now on, in lines of `mtime_ns size path`."""
    written = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC)
    seen: set[str] = set()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], str) or (arguments[2] or 0) & WRITING:
            return
        path = os.path.abspath(arguments[0])  # noqa: PTH100 - pathlib opens files itself
        if path in seen or not path.startswith(roots):
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


def refuse_writing(roots: tuple[str, ...]) -> None:
    """Fail as on a file system that is read-only, below `roots` (lambda-runtime.md L49)."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            written = arguments[:1] if (arguments[2] or 0) & CHANGING else ()
        else:
            written = arguments[:2] if event in CHANGES else ()
        for path in written:
            if isinstance(path, (str, bytes, os.PathLike)) and _is_below(path, roots):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), os.fspath(path))

    sys.addaudithook(hook)


def _is_below(path: str | bytes | os.PathLike[str], roots: tuple[str, ...]) -> bool:
    return os.path.abspath(os.fsdecode(path)).startswith(roots)  # noqa: PTH100 - as above


def leave_code_alone(roots: tuple[str, ...]) -> None:
    """Write no compiled files below `roots`: on AWS they are read-only, and here somebody's."""
    write = SourceFileLoader.set_data

    def set_data(loader: SourceFileLoader, path: str, data: bytes, **more: Any) -> None:
        if not path.startswith(roots):
            write(loader, path, data, **more)

    # mypy forbids to replace a method, which is the point here.
    SourceFileLoader.set_data = set_data  # type: ignore[method-assign, assignment]


def run(handler: str) -> None:
    """Do what `python -m awslambdaric` does, with a client that is quicker at two things.

    There is no thread for each /next: it has that from Python 3.12 on, as its native client lets no
    signal through while it waits, but ours waits in Python, where signals are handled. And events
    are read by `json`: awslambdaric's simplejson is compiled for one version of Python, and slow on
    others. What `json` does not take alike is left to it.
    """
    from awslambdaric import bootstrap  # noqa: PLC0415 - after the hooks above, as it opens files
    from awslambdaric.lambda_runtime_client import (  # noqa: PLC0415
        BaseLambdaRuntimeClient,
        LambdaRuntimeClient,
    )

    # Those who patch awslambdaric's loop (Sentry does) look for it as __main__.bootstrap.
    globals()["bootstrap"] = bootstrap
    BaseLambdaRuntimeClient.marshaller = quick_marshaller()  # a function may set its own later
    address = os.environ["AWS_LAMBDA_RUNTIME_API"]
    bootstrap.run(handler, LambdaRuntimeClient(address, use_thread_for_polling_next=False))


def quick_marshaller() -> Any:
    """Give awslambdaric's marshaller, reading events that are valid JSON by `json`."""
    from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller  # noqa: PLC0415 - as above

    class QuickMarshaller(LambdaMarshaller):  # type: ignore[misc] # awslambdaric has no types
        def unmarshal_request(
            self, request: bytes, content_type: str | None = "application/json"
        ) -> Any:
            if content_type == "application/json":
                with contextlib.suppress(ValueError, RecursionError):
                    event = json.loads(request.decode(), parse_constant=_refuse)
                    if isinstance(event, dict) and "ResponseURL" in event:
                        answer_at(str(event["ResponseURL"]))
                    return event
            return super().unmarshal_request(request, content_type)

    return QuickMarshaller()


def answer_at(url: str) -> None:
    """Let a custom resource's function answer CloudFormation, without TLS (lambda-runtime.md L90).

    On AWS its ResponseURL is reached by TLS, and some handlers take that for granted: they give
    HTTPSConnection the host alone.
    """
    from http.client import HTTPConnection, HTTPSConnection  # noqa: PLC0415 - rarely wanted
    from urllib.parse import urlsplit  # noqa: PLC0415

    parts = urlsplit(url)
    if parts.scheme != "http":
        return
    connect = HTTPSConnection.connect

    def plainly(connection: Any) -> None:
        if connection.host != parts.hostname or connection.port not in (parts.port, 443):
            connect(connection)
            return
        connection.port = parts.port
        HTTPConnection.connect(connection)

    # mypy forbids to replace a method, which is the point here.
    HTTPSConnection.connect = plainly  # type: ignore[method-assign, assignment]


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _folders(joined: str) -> tuple[str, ...]:
    """Give folders with a slash at their end, so that what begins with one is below it."""
    return tuple(os.path.join(one, "") for one in joined.split(os.pathsep) if one)  # noqa: PTH118


if __name__ == "__main__":
    _, notes, roots, guarded, *sys.argv[1:] = sys.argv
    folders, kept = _folders(roots), _folders(guarded)
    note_files(notes, folders)
    leave_code_alone(folders)
    if kept:
        refuse_writing(kept)
    sys.path[0] = os.getcwd()  # noqa: PTH109 - as `python -m` does
    run(sys.argv[1])
