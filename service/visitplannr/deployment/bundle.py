"""Build a function's bundle: a zip file that depends on the code's content and on nothing else."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LEFT_OUT = frozenset({"__pycache__", "tests", "node_modules"})
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A zip file and the SHA-256 of its content, which names it in the bucket."""

    content: bytes
    digest: str


def build_bundle(code: Path, packages: Path | None = None) -> Bundle:
    """Zip a folder, or a single file, with `packages` beside it; the same gives the same bytes.

    Left out: caches, and of the code tests and whatever begins with a dot.
    """
    files = {**(_installed(packages) if packages else {}), **dict(_shipped(code))}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
            archive.writestr(entry, path.read_bytes())
    content = buffer.getvalue()
    return Bundle(content, hashlib.sha256(content).hexdigest())


def _shipped(code: Path) -> Iterator[tuple[str, Path]]:
    if code.is_file():
        yield code.name, code
        return
    for path in sorted(code.rglob("*")):
        parts = path.relative_to(code).parts
        hidden = any(part in _LEFT_OUT or part.startswith(".") for part in parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            yield "/".join(parts), path


def _installed(packages: Path) -> dict[str, Path]:
    """Name the files that pip installed, without its scripts."""
    found = {path.relative_to(packages): path for path in packages.rglob("*") if path.is_file()}
    return {
        name.as_posix(): path
        for name, path in found.items()
        if name.parts[0] != "bin" and path.suffix != ".pyc"
    }
