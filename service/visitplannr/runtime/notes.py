"""The first notes of what an environment is made of; its process adds what it loads."""

import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from visitplannr.runtime.preparation import Prepared

_CACHES = frozenset({"__pycache__"})


def note_inputs(prepared: Prepared, notes: Path, left_out: Sequence[Path], *, whole: bool) -> None:
    """Note the files that a function was built from, so that a change of one is seen.

    Python functions note what they load themselves; of others all files are noted (`whole`), their
    own first, without those in folders `left_out`, which are ours. A file that is not there is
    noted, too: it may come.
    """
    files = _all_files(prepared, frozenset(left_out)) if whole else iter(())
    with notes.open("w", encoding="utf-8", errors="surrogateescape") as written:
        for path in itertools.chain(prepared.inputs, files):
            try:
                found = path.stat()
            except OSError:
                written.write(f"-1 -1 {path}\n")
            else:
                written.write(f"{found.st_mtime_ns} {found.st_size} {path}\n")


def _all_files(prepared: Prepared, left_out: frozenset[Path]) -> Iterator[Path]:
    """Give the files of a function and its layers, without folders that begin with a dot.

    Packages that others install into its folder are left out; those of a layer are what it is.
    """
    for folder in dict.fromkeys([prepared.root, *prepared.code_folders]):
        yield from _files(folder, left_out, _CACHES | {"node_modules"})
    for folder in prepared.layer_folders:
        yield from _files(folder, left_out, _CACHES)


def _files(folder: Path, left_out: frozenset[Path], names: frozenset[str]) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(
            one
            for one in folders
            if one not in names and not one.startswith(".") and here / one not in left_out
        )
        yield from (here / name for name in sorted(files))
