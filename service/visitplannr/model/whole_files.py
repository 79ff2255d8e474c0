"""Files that are there whole or not at all: a kill or a full disk leaves the old or the new one."""

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(file: Path, text: str, *, replace: bool = True) -> None:
    """Write a text file, readable by its owner only; a link in its place is replaced, not followed.

    Raises:
        FileExistsError: it is there, and is not to be replaced.
        OSError: it cannot be written; what was there is as it was.
    """
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    part = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(descriptor)
        if replace:
            part.replace(file)
        else:
            file.hardlink_to(part)
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
