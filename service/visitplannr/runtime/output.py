"""What a function prints: lines, and the frames in which awslambdaric sends log records.

Frames begin with a byte that no UTF-8 text begins with, so both can share one pipe and keep their
order (lambda-runtime.md L43, L44).
"""

import asyncio
import os
from collections.abc import Callable

_FRAME = b"\xa5\x5a\x00"
_HEADER = 16
_LONGEST_EVENT = 256 * 1024
_CHUNK = 64 * 1024


class Splitter:
    """Cuts a stream of bytes into messages; a line without its end waits for it."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[str]:
        """Take bytes, give the messages that are complete."""
        self._buffer += data
        messages = []
        while (taken := self._take()) is not None:
            messages.append(taken)
        return messages

    def flush(self) -> list[str]:
        """Give what is left as a message: the invocation has ended."""
        rest, self._buffer = self._buffer, bytearray()
        return [_text(rest)] if rest else []

    def _take(self) -> str | None:
        if self._buffer.startswith(_FRAME):
            return self._take_frame()
        end = self._buffer.find(b"\n", 0, _LONGEST_EVENT)
        frame = self._buffer.find(_FRAME, 0, end if end >= 0 else _LONGEST_EVENT)
        if frame > 0:
            return self._cut(frame, frame)
        if end >= 0:
            return self._cut(end, end + 1)
        if len(self._buffer) >= _LONGEST_EVENT:
            return self._cut(_LONGEST_EVENT, _LONGEST_EVENT)
        return None

    def _take_frame(self) -> str | None:
        if len(self._buffer) < _HEADER:
            return None
        end = _HEADER + int.from_bytes(self._buffer[4:8], "big")
        if len(self._buffer) < end:
            return None
        del self._buffer[:_HEADER]
        return self._cut(end - _HEADER, end - _HEADER).removesuffix("\n")

    def _cut(self, end: int, rest: int) -> str:
        message = _text(self._buffer[:end])
        del self._buffer[:rest]
        return message


class Output:
    """The read end of an environment's pipe; reads all the time, so that no print blocks."""

    def __init__(self, emit: Callable[[str], None]) -> None:
        self._emit = emit
        self._splitter = Splitter()
        self._reader, self.writer = os.pipe()
        self._writable = True
        os.set_blocking(self._reader, False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._reader, self._read)

    def close_writer(self) -> None:
        """Leave the write end to the process that has inherited it."""
        os.close(self.writer)
        self._writable = False

    def drain(self) -> None:
        """Read what is in the pipe and emit all of it, an unfinished line too."""
        while self._read():
            pass
        for message in self._splitter.flush():
            self._emit(message)

    def close(self) -> None:
        self._loop.remove_reader(self._reader)
        os.close(self._reader)
        if self._writable:
            os.close(self.writer)

    def _read(self) -> bool:
        try:
            data = os.read(self._reader, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._loop.remove_reader(self._reader)
            return False
        for message in self._splitter.feed(data):
            self._emit(message)
        return True


def _text(data: bytearray) -> str:
    return data.decode("utf-8", errors="replace")
