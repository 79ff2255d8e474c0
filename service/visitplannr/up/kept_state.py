"""What a state folder keeps, by parts, and how parts of it are cleared."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_STACKS = "backend/cloudformation.json"
_REST = "backend/*"


@dataclass(frozen=True, slots=True)
class Part:
    """Files of one kind, as patterns below the folder.

    Without those of a part that `holds_resources`, the records of stacks would be wrong: they go,
    too, and the next start makes the stack again.
    """

    name: str
    what: str
    patterns: Sequence[str]
    holds_resources: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """How much there is of a part."""

    part: Part
    files: int
    bytes: int


PARTS = (
    Part("tables", "DynamoDB tables and their items", ("dynamodb/*",), holds_resources=True),
    Part(
        "objects",
        "objects in S3 buckets",
        ("backend/s3", "backend/s3.json"),
        holds_resources=True,
    ),
    Part("logs", "what functions have logged", ("backend/cloudwatch_logs.json", "backend.log")),
    Part("invocations", "events, results and logs of invocations", ("invocations/*",)),
    Part(
        "services",
        "queues, topics, functions and the rest of the stacks",
        (_REST,),
        holds_resources=True,
    ),
    Part("packages", "what functions need, as it was installed", ("runtime/*",)),
    Part("aside", "damaged files that were put aside", ("backend/*.aside-*",)),
)


def kept(folder: Path) -> list[Kept]:
    """Say how much there is of each part."""
    found = []
    for part in PARTS:
        files = [file for path in _paths(folder, part) for file in _files(path)]
        found.append(Kept(part, len(files), sum(file.lstat().st_size for file in files)))
    return found


def clear(folder: Path, parts: Sequence[Part]) -> None:
    """Remove parts, while nothing runs on the folder."""
    for part in parts:
        for path in list(_paths(folder, part)):
            _remove(path)
        if part.holds_resources:
            _remove(folder / _STACKS)


def _paths(folder: Path, part: Part) -> Iterator[Path]:
    """Give what belongs to a part; what others name more exactly is not among the rest."""
    others = [] if _REST not in part.patterns else [one for one in PARTS if one is not part]
    of_others = {path for other in others for path in _matched(folder, other)}
    yield from (path for path in _matched(folder, part) if path not in of_others)


def _matched(folder: Path, part: Part) -> Iterator[Path]:
    for pattern in part.patterns:
        yield from sorted(folder.glob(pattern))


def _files(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.is_dir():
        yield path
    else:
        yield from (one for one in path.rglob("*") if one.is_symlink() or not one.is_dir())


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
