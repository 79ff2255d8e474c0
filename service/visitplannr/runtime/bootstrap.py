"""Becomes awslambdaric in an execution environment, after noting what the function opens.

Run as `python bootstrap.py NOTES ROOTS HANDLER`, with the standard library only. ROOTS are the
function's folder and those of its layers, joined as in PATH. Each file below them that is opened
for reading is noted with its time and size, so that the host can tell when the environment runs
code that has changed since; of a compiled file it is the source that counts. Nothing is written
into the function's folder.
"""

import contextlib
import json
import os
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import source_from_cache
from typing import Any, NoReturn

WRITING = os.O_WRONLY | os.O_RDWR


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


def leave_code_alone(root: str) -> None:
    """Write no compiled files below `root`: on AWS it is read-only, and here it is somebody's."""
    write = SourceFileLoader.set_data

    def set_data(loader: SourceFileLoader, path: str, data: bytes, **more: Any) -> None:
        if not path.startswith(root):
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
                    return json.loads(request.decode(), parse_constant=_refuse)
            return super().unmarshal_request(request, content_type)

    return QuickMarshaller()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


if __name__ == "__main__":
    _, notes, roots, *sys.argv[1:] = sys.argv
    folders = tuple(os.path.join(root, "") for root in roots.split(os.pathsep))  # noqa: PTH118
    note_files(notes, folders)
    leave_code_alone(folders[0])
    sys.path[0] = os.getcwd()  # noqa: PTH109 - as `python -m` does
    run(sys.argv[1])
