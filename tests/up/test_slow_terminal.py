"""What a terminal is given that does not take it: nobody waits, and memory is bounded."""

import errno
import io
import threading
import time

from visitplannr.up.terminal import Terminal


class Stopped(io.StringIO):
    """Takes nothing until `goes_on` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = threading.Event()
        self.asked = threading.Event()

    def write(self, text: str) -> int:
        self.asked.set()
        self.goes_on.wait(20)
        return super().write(text)


class Failing(io.StringIO):
    """Fails once with an error."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error: OSError | None = error

    def write(self, text: str) -> int:
        if error := self.error:
            self.error = None
            raise error
        return super().write(text)


def until_failed(stream: Failing, terminal: Terminal) -> None:
    terminal.say("lost")
    while stream.error:
        time.sleep(0.001)


def test_what_nobody_reads_is_left_out_and_counted() -> None:
    stream = Stopped()
    terminal = Terminal(stream, colour=False)
    terminal.say("first")
    assert stream.asked.wait(20)
    for _ in range(20):
        terminal.say("x" * 1024 * 1024)
    stream.goes_on.set()
    terminal._thread.join(0.2)
    terminal.say("last")
    terminal.close()
    lines = stream.getvalue().splitlines()
    assert (lines[0], lines[-1]) == ("first", "last")
    assert sum(len(line) > 1024 for line in lines) == 8
    assert "(12 lines were left out: nobody has read them)" in lines


def test_a_full_disk_loses_lines_and_not_the_terminal() -> None:
    stream = Failing(OSError(errno.ENOSPC, "No space left on device"))
    terminal = Terminal(stream, colour=False)
    until_failed(stream, terminal)
    terminal.say("there is room again")
    terminal.close()
    assert stream.getvalue() == "there is room again\n"


def test_after_the_end_of_a_pipe_nothing_is_kept_for_it() -> None:
    stream = Failing(BrokenPipeError())
    terminal = Terminal(stream, colour=False)
    until_failed(stream, terminal)
    terminal._thread.join(20)
    terminal.say("to nobody")
    assert terminal._lines.empty()
    terminal.close()
