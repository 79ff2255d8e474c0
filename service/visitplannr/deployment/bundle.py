"""Build a function's bundle: a zip file that depends on the code's content and on nothing else."""

import hashlib
import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from visitplannr.deployment.build.part import Part

_CACHES = frozenset({"__pycache__"})
_NOT_SHIPPED = frozenset({"tests"})
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A zip file and the SHA-256 of its content, which names it in the bucket."""

    content: bytes
    digest: str


def build_bundle(parts: Iterable[Part]) -> Bundle:
    """Zip the parts that code consists of, the first of them on top; the same gives the same bytes.

    Left out: caches, and of somebody's own folder tests and whatever begins with a dot.
    """
    files = dict(file for part in reversed(tuple(parts)) for file in _files(part))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
            archive.writestr(entry, path.read_bytes())
    content = buffer.getvalue()
    return Bundle(content, hashlib.sha256(content).hexdigest())


def bundle_of_archive(archive: Path) -> Bundle:
    """Take an archive as it is."""
    content = archive.read_bytes()
    return Bundle(content, hashlib.sha256(content).hexdigest())


def _files(part: Part) -> Iterator[tuple[str, Path]]:
    """Yield names in the bundle, and the files."""
    if part.path.is_file():
        yield f"{part.prefix}{part.path.name}", part.path
        return
    left_out = _CACHES | part.without | (frozenset() if part.made else _NOT_SHIPPED)
    for folder, folders, names in os.walk(part.path, followlinks=True):
        place = Path(folder)
        folders[:] = [
            one
            for one in folders
            if _ships(one, left_out, made=part.made) and not _is_around(place / one)
        ]
        for name in names:
            if _ships(name, left_out, made=part.made) and not name.endswith(".pyc"):
                yield (
                    f"{part.prefix}{(place / name).relative_to(part.path).as_posix()}",
                    place / name,
                )


def _ships(name: str, left_out: frozenset[str], *, made: bool) -> bool:
    return name not in left_out and (made or not name.startswith("."))


def _is_around(folder: Path) -> bool:
    """Say whether a folder is a link to one that it lies in."""
    place = folder.parent.resolve()
    return folder.is_symlink() and folder.resolve() in {place, *place.parents}
