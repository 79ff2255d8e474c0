"""Tell whether a file has been saved."""

from pathlib import Path

Version = tuple[int, int] | None


def version_of(file: Path) -> Version:
    """Tell one state of a file from another, by time and size; None if it is not there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
