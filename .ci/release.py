"""Begin a release: `python .ci/release.py VERSION` sets the version and heads its changes.

Works in the folder that it is started in, with the standard library only.
"""

import datetime as dt
import re
import sys
from pathlib import Path

VERSION = re.compile(r"\d+\.\d+\.\d+")
DECLARED = re.compile(r'^version = "([^"]+)"$', re.MULTILINE)
UNRELEASED = "## Unreleased\n"


class ReleaseError(Exception):
    """It cannot be released so; the message says why and what to do."""


def release(root: Path, version: str, day: dt.date) -> None:
    """Write a version into pyproject.toml, and a heading for it above what is unreleased.

    Raises:
        ReleaseError: it is no version, it is not newer, or nothing has changed.
    """
    project, changelog = root / "pyproject.toml", root / "CHANGELOG.md"
    text, changes = (path.read_text(encoding="utf-8") for path in (project, changelog))
    declared = DECLARED.search(text)
    if not VERSION.fullmatch(version) or declared is None:
        raise ReleaseError(f"{version} is no version: it is three numbers, such as 0.2.0")
    headed = f"## {version} "
    if headed in changes or _order(version) < _order(declared[1]):
        raise ReleaseError(f"{version} is not newer than what there is; choose a greater one")
    if not re.search(rf"^{UNRELEASED}\n+- ", changes, re.MULTILINE):
        raise ReleaseError("CHANGELOG.md has nothing below its heading Unreleased")
    project.write_text(DECLARED.sub(f'version = "{version}"', text, count=1), encoding="utf-8")
    heading = f"{UNRELEASED}\n{headed}({day.isoformat()})\n"
    changelog.write_text(changes.replace(UNRELEASED, heading, 1), encoding="utf-8")


def _order(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def main(arguments: list[str]) -> int:
    """Give the exit code: 1 if it cannot be released, 2 without a version."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        release(Path(), arguments[0], dt.datetime.now(dt.UTC).date())
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
