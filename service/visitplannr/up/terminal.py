"""Lines for the terminal, and a thread that writes them.

A slow or stopped terminal delays no request; what waits for it is bounded.
"""

import itertools
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TextIO

from visitplannr.up.function_output import visible

_COLOURS = (36, 33, 35, 32, 34, 31)
# To wake up for each line costs the requests under way more than the lines themselves do.
_GATHERING_SECONDS = 0.01
_MOST_WAITING = 8 * 1024 * 1024  # characters


class Terminal:
    """Prints lines in order; `colour` paints each source's name in a colour of its own.

    Lines are left out, and counted, while more wait than somebody reads; nobody is left to read
    after the other end of a pipe has closed.

    `width` is how many characters fit into a line; None if that is not known, or no matter.
    """

    def __init__(self, stream: TextIO, *, colour: bool, width: int | None = None) -> None:
        self.width = width
        self._stream = stream
        self._colour = colour
        self._palette = itertools.cycle(_COLOURS)
        self._prefixes: dict[str, str] = {}
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._waiting = 0
        self._left_out = 0
        self._counting = threading.Lock()
        self._thread = threading.Thread(target=self._write, name="terminal", daemon=True)
        self._thread.start()

    def say(self, line: str) -> None:
        """Print one line as it is."""
        self._add(f"{visible(line)}\n")

    def log(
        self, source: str, message: str, *, alarming: bool = False, at_ms: int | None = None
    ) -> None:
        """Print a message behind its source's name; each of its lines gets the name.

        With `at_ms`, since the epoch, each also gets the local time of day.
        """
        prefix = self._prefixes.get(source) or self._add_prefix(source)
        if at_ms is not None:
            prefix = f"{prefix[:-1]}{_time_of_day(at_ms)} "
        lines = list(map(visible, message.splitlines())) or [""]
        if alarming and self._colour:
            lines = [f"\x1b[31m{line}\x1b[0m" for line in lines]
        self._add("".join(f"{prefix}{line}\n" for line in lines))

    def close(self) -> None:
        """Print what is still waiting; give a terminal that takes nothing one second."""
        self._lines.put(None)
        self._thread.join(timeout=1.0)

    def _add(self, text: str) -> None:
        with self._counting:
            if self._waiting >= _MOST_WAITING or not self._thread.is_alive():
                self._left_out += 1
                return
            self._waiting += len(text)
        self._lines.put(text)

    def _add_prefix(self, source: str) -> str:
        number = next(self._palette)
        name = f"\x1b[{number}m{source}\x1b[0m" if self._colour else source
        self._prefixes[source] = f"{name}  "
        return self._prefixes[source]

    def _write(self) -> None:
        while (text := self._lines.get()) is not None:
            time.sleep(_GATHERING_SECONDS)
            waiting = [text]
            ended = False
            while not self._lines.empty() and not ended:
                more = self._lines.get()
                ended = more is None
                waiting.append(more or "")
            if not self._print(f"{''.join(waiting)}{self._taken(waiting)}") or ended:
                return

    def _taken(self, texts: Iterable[str]) -> str:
        """Count what waits no longer; say how much was left out meanwhile."""
        with self._counting:
            self._waiting -= sum(map(len, texts))
            left_out, self._left_out = self._left_out, 0
        return f"({left_out} lines were left out: nobody has read them)\n" if left_out else ""

    def _print(self, text: str) -> bool:
        """Print; False if nobody will read any more. What a full disk does not take is lost."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except (BrokenPipeError, ValueError):
            return False
        except OSError:
            return True
        return True


def columns(
    rows: Iterable[tuple[str, ...]], indent: str = "  ", width: int | None = None
) -> Iterator[str]:
    """Yield a line for each row, its cells below one another.

    Where that is wider than `width`, each row is its first cell and, below, a line for each other.
    """
    listed = list(rows)
    widths = [max(map(len, column)) for column in zip(*listed, strict=True)]
    if width and len(indent) + sum(widths) + 2 * (len(widths) - 1) > width:
        yield from _stacked(listed, indent)
        return
    for row in listed:
        cells = (cell.ljust(wide) for cell, wide in zip(row, widths, strict=True))
        yield f"{indent}{'  '.join(cells)}".rstrip()


def _stacked(rows: Iterable[tuple[str, ...]], indent: str) -> Iterator[str]:
    for first, *others in rows:
        yield f"{indent}{first}".rstrip()
        yield from (f"{indent}  {cell}" for cell in others if cell)


def _time_of_day(at_ms: int) -> str:
    seconds, milliseconds = divmod(at_ms, 1000)
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{milliseconds:03d}"


def described(error: Exception) -> str:
    """Name an error that nobody expected, in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
