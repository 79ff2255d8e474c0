"""What the backend process has to say to whoever runs `up`: lines over a pipe."""

import asyncio
import os
from collections.abc import Callable

_AT_ONCE = 65_536


class Notices:
    """Reads lines as a process writes them to the descriptor `write`, which it inherits.

    They are kept until `say_them`: a process that ends while it starts has said why.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._kept: list[str] | None = []
        self._rest = b""
        self._read, self.write = os.pipe()
        os.set_blocking(self._read, False)
        asyncio.get_running_loop().add_reader(self._read, self._take)

    def started(self) -> None:
        """Leave the writing end to the process alone, so that the pipe ends with it."""
        os.close(self.write)

    def say_them(self) -> None:
        """Say what is kept, and from now on each line as it comes."""
        kept, self._kept = self._kept or [], None
        for line in kept:
            self._say(line)

    def take_all(self) -> str:
        """Give the lines that were kept, after the process has ended."""
        while self._take():
            pass
        return "\n".join(self._kept or ())

    def _take(self) -> bool:
        """Read what is there; say whether there was anything."""
        if self._read < 0:
            return False
        try:
            data = os.read(self._read, _AT_ONCE)
        except BlockingIOError:
            return False
        if not data:
            self._end()
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._hear(line.decode(errors="replace"))
        return bool(data)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._read)
        os.close(self._read)
        self._read = -1

    def _hear(self, line: str) -> None:
        if self._kept is None:
            self._say(line)
        else:
            self._kept.append(line)
