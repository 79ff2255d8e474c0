"""Lines that the backend process has for the terminal."""

import asyncio
import os

from visitplannr.backend.embedded.notices import Notices


async def test_lines_are_kept_until_it_is_ready_and_then_said_as_they_come() -> None:
    said: asyncio.Queue[str] = asyncio.Queue()
    notices = Notices(said.put_nowait)
    os.write(notices.write, b"first\nsec")
    await asyncio.sleep(0.01)
    assert said.empty()
    notices.say_them()
    os.write(notices.write, b"ond\nthird\n")
    heard = [await asyncio.wait_for(said.get(), 10) for _ in range(3)]
    assert heard == ["first", "second", "third"]
    notices.started()


async def test_who_ends_while_it_starts_has_said_why() -> None:
    notices = Notices(print)
    os.write(notices.write, b"the file is damaged\n")
    notices.started()
    assert notices.take_all() == "the file is damaged"
    assert notices.take_all() == "the file is damaged"


async def test_who_has_said_nothing_has_no_last_words() -> None:
    notices = Notices(print)
    notices.say_them()
    os.write(notices.write, b"said already")
    notices.started()
    assert notices.take_all() == ""
