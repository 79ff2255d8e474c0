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

    @property
    def key(self) -> str:
        return f"{self.digest}.zip"


def build_bundle(code: Path) -> Bundle:
    """Zip a folder, or a single file; the same content always gives the same bytes.

    Left out: caches, tests, and whatever begins with a dot.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in _shipped(code):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
            archive.writestr(entry, path.read_bytes())
    content = buffer.getvalue()
    return Bundle(content, hashlib.sha256(content).hexdigest())


def _shipped(code: Path) -> Iterator[tuple[Path, str]]:
    if code.is_file():
        yield code, code.name
        return
    for path in sorted(code.rglob("*")):
        parts = path.relative_to(code).parts
        hidden = any(part in _LEFT_OUT or part.startswith(".") for part in parts)
        if path.is_file() and not hidden and path.suffix != ".pyc":
            yield path, "/".join(parts)
