"""`make bench`: measure in one run, print the tables; `--record` puts them into README.md.

`--quick` measures next to nothing: it shows that everything can be measured.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.compared import FULL, QUICK, compare
from benchmarks.life import life
from benchmarks.processes import ROOT
from benchmarks.recorded import record
from benchmarks.tables import tables
from benchmarks.targets import targets

README = Path(__file__).with_name("README.md")


def main() -> None:
    """Measure, print, and record if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="put the tables into README.md")
    parser.add_argument("--quick", action="store_true", help="one small round; says nothing")
    wanted = parser.parse_args()
    extent = QUICK if wanted.quick else FULL
    began = time.monotonic()
    notes: list[str] = []
    with targets(notes.append) as found:
        compared = compare(found, extent, _say)
    lines = [
        *_where(extent.rounds),
        *compared,
        "",
        *(f"- {note}" for note in notes),
        *tables(extent, _say),
        *life(extent, _say),
    ]
    lines.append(f"\nThe run took {time.monotonic() - began:.0f} s.")
    text = "\n".join(lines) + "\n"
    print(text)
    if wanted.record:
        record(README, text)


def _where(rounds: int) -> list[str]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    system = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return [f"Commit {commit.stdout.strip() or 'unknown'}, {system}; {rounds} interleaved rounds."]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
