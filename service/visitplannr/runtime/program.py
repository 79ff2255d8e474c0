"""Programs of provided runtimes: whether this machine can run a `bootstrap`."""

import os
import platform
from pathlib import Path

# e_machine of an ELF file's header (elf(5)), by the names that `uname -m` gives.
_MACHINES = {0x3E: "x86_64", 0xB7: "aarch64", 0x28: "armv7l", 0x03: "i686"}
_NAMES = {"arm64": "aarch64", "amd64": "x86_64"}


def reason_against(program: Path, machine: str | None = None) -> str | None:
    """Say why a program cannot be run on a machine, this one by default; None if it can."""
    if not program.is_file():
        return f"there is no {program}: a provided runtime is a program of that name"
    if not os.access(program, os.X_OK):
        return f"{program} is not executable: chmod +x it"
    with program.open("rb") as opened:
        header = opened.read(20)
    if not header.startswith(b"\x7fELF"):
        return None
    made_for = int.from_bytes(header[18:20], "little" if header[5] == 1 else "big")
    here = machine or platform.machine()
    named = _MACHINES.get(made_for, f"machine {made_for}")
    if named == _NAMES.get(here.lower(), here):
        return None
    return f"{program} is a program for {named}, and this machine is {here}"
