"""Check what `make dist` has built: `python .ci/check_dist.py dist`, in the repository's folder."""

import re
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

_TOP = r"(visitplannr-[\d.]+/)?(tests|docs|benchmarks|\.ci|service/functions)/"
ELSEWHERE = re.compile(rf"^{_TOP}|(^|/)(\.venv|\.visitplannr|__pycache__)/")


def faults(root: Path, dist: Path) -> Iterator[str]:
    """Yield what is wrong with the files in `dist`, a line each."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"], project["version"]
    if f"\n## {version} (" not in (root / "CHANGELOG.md").read_text(encoding="utf-8"):
        yield f"CHANGELOG.md has no section for {version}: run .ci/release.py"
    built = {path.name: path for path in dist.iterdir()}
    wanted = {f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.tar.gz"}
    if set(built) != wanted:
        yield f"{dist} has {sorted(built)} instead of {sorted(wanted)}"
    for path in built.values():
        members = members_of(path)
        if not any(member.endswith("/LICENSE") for member in members):
            yield f"{path.name} has no LICENSE"
        yield from (f"{path.name} has {one}" for one in members if ELSEWHERE.search(one))


def members_of(path: Path) -> list[str]:
    """List the files of a wheel or a source distribution."""
    if path.suffix == ".whl":
        return zipfile.ZipFile(path).namelist()
    with tarfile.open(path) as archive:
        return archive.getnames()


def main() -> int:
    """Print the faults, or what was built; give the exit code."""
    dist = Path(sys.argv[1])
    found = list(faults(Path(), dist))
    for line in found:
        print(f"dist: {line}", file=sys.stderr)
    if not found:
        print("\n".join(f"{path} ({path.stat().st_size // 1024} kB)" for path in dist.iterdir()))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
