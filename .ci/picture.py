"""`make picture`: record what a terminal shows of a new application, as the README's picture.

`python .ci/picture.py FILE.svg`. What it shows was printed by this run; the folder's name is left
out, and so are lines that say little. The times are this machine's.
"""

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROWS, COLUMNS = 50, 116
PORT = 8000
URL = f"http://localhost:{PORT}/notes"
TYPED = "\x1b[1m$ {}\x1b[0m"
DULL = re.compile(r"INIT_START|(START|END|REPORT) RequestId|\[X\d+\]$|Traceback")
FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


class Terminal:
    """A terminal in which `visitplannr up` runs: its lines, with their colours."""

    def __init__(self, folder: Path) -> None:
        self.lines: list[str] = []
        self._main, own = pty.openpty()
        fcntl.ioctl(own, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        up = Path(sys.executable).with_name("visitplannr")
        self.process = subprocess.Popen(
            [str(up), "up", "--port", str(PORT), "--ephemeral"], cwd=folder,
            stdin=own, stdout=own, stderr=own, env={**os.environ, "TERM": "xterm-256color"},
        )  # fmt: skip
        os.close(own)
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for(self, text: str) -> None:
        """Wait for a line with a text, below the last command that was typed."""
        deadline = time.monotonic() + 60
        while not any(text in line for line in self._since_typed()):
            if time.monotonic() > deadline:
                raise SystemExit("\n".join([*self.lines, f"no {text!r}"]))
            time.sleep(0.02)
        time.sleep(0.3)

    def type(self, command: str) -> None:
        """Show a command; who calls does what it says."""
        self.lines += ["", TYPED.format(command)]

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()

    def _since_typed(self) -> list[str]:
        typed = [i for i, line in enumerate(self.lines) if line.startswith(TYPED[:5])]
        return self.lines[typed[-1] :] if typed else self.lines

    def _read(self) -> None:
        rest = ""
        with contextlib.suppress(OSError):  # its process has ended
            while chunk := os.read(self._main, 65536).decode(errors="replace"):
                *lines, rest = (rest + chunk).split("\r\n")
                self.lines += lines


def record(folder: Path) -> list[str]:
    """Make an application, run it, ask it, break it and heal it; give the terminal's lines."""
    init = [str(Path(sys.executable).with_name("visitplannr")), "init", "demo"]
    subprocess.run(init, cwd=folder, check=True, capture_output=True)
    code = folder / "demo/notes/app.py"
    terminal = Terminal(folder / "demo")
    with contextlib.closing(terminal):
        terminal.wait_for("Ready in")
        for typed, old, new, until in (
            ("", "", "", "→ 200"),
            ("sed -i s/scan/scam/ notes/app.py", "scan()", "scam()", "→ 502"),
            ("sed -i s/scam/scan/ notes/app.py", "scam()", "scan()", "→ 200"),
        ):
            terminal.type(f"{typed} && curl {URL[7:]}" if typed else f"curl {URL[7:]}")
            if old:
                code.write_text(code.read_text().replace(old, new))
                terminal.wait_for("has changed")
            ask()
            terminal.wait_for(until)
    return terminal.lines


def ask() -> None:
    """Request the notes; that it may fail is what the picture shows."""
    with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(URL) as answer:
        answer.read()


def shown(lines: list[str], folder: Path) -> Iterator[str]:
    """Yield the lines of the picture, with dots for what is left out."""
    yield TYPED.format("visitplannr init demo && cd demo && visitplannr up")
    resources = False
    for line in lines:
        if line.startswith("Resources of"):
            resources = True
            yield f"{line}: …"
        elif resources:
            resources = bool(line)
            if not resources:
                yield line
        elif not DULL.search(Text.from_ansi(line).plain):
            yield line.replace(f"{folder}/", "")


def draw(lines: list[str], file: Path) -> None:
    """Write the picture; no font comes from elsewhere."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        for line in lines:
            text = Text.from_ansi(line)
            text.truncate(COLUMNS, overflow="ellipsis")
            console.print(text, no_wrap=True, overflow="ellipsis")
    picture = console.export_svg(title="visitplannr", unique_id="terminal")
    file.write_text(FONT.sub("", picture), encoding="utf-8")


def main() -> None:
    """Record and draw."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        lines = list(shown(record(folder), folder))
    draw(lines, Path(sys.argv[1]))


if __name__ == "__main__":
    main()
