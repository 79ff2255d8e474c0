"""Wheels of a package `words`, so that pip has something to install without a network."""

import zipfile
from pathlib import Path


def write_wheel(folder: Path, tag: str, text: str) -> None:
    """Write one for a tag such as "py3-none-any"; `text` is its module."""
    about = "words-1.0.dist-info"
    with zipfile.ZipFile(folder / f"words-1.0-{tag}.whl", "w") as archive:
        archive.writestr("words.py", text)
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: words\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")
        archive.writestr(f"{about}/RECORD", "")
