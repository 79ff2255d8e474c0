"""Layers that are run from folders here: parts of them are linked together as /opt has them."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from visitplannr.deployment.build.folders import beside, is_there, put
from visitplannr.deployment.build.part import Part


def linked(parts: tuple[Part, ...], cache: Path) -> Path:
    """Make a folder of links to what the parts have, each at its prefix; the first parts win.

    What is saved in them later counts at once; a name that comes or goes makes another folder.
    """
    links = dict(_links(parts))
    text = "\n".join(f"{name} {path}" for name, path in sorted(links.items()))
    folder = cache / hashlib.sha256(text.encode()).hexdigest()[:16]
    if not is_there(folder):
        with beside(folder) as part:
            made = part / "layer"
            made.mkdir()
            for name, path in links.items():
                link = made / name
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(path)
            put(made, folder)
    return folder


def _links(parts: tuple[Part, ...]) -> Iterator[tuple[str, Path]]:
    for part in reversed(parts):
        for path in sorted(part.path.iterdir()):
            if path.name != "__pycache__":
                yield f"{part.prefix}{path.name}", path
