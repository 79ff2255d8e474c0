"""A function that is debugged waits for its port, and says so if that takes long."""

import socket

import pytest
from visitplannr.runtime.debugger import command, until_free

PORT_LINE = "F starts when the port of its debugger, {}, is free: it is in use"


async def test_who_waits_long_for_a_port_says_once_what_for() -> None:
    reports: list[str] = []
    looks = 0
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]

        async def sleep(_seconds: float) -> None:
            nonlocal looks
            looks += 1
            if looks == 200:
                held.close()

        await until_free(port, lambda: True, "F", reports.append, sleep)
    assert reports == [PORT_LINE.format(port)]
    assert looks == 200


async def test_nobody_waits_for_a_free_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    async def sleep(_seconds: float) -> None:
        pytest.fail("it waits")

    await until_free(port, lambda: True, "F", print, sleep)


def test_a_debugger_listens_on_loopback_only() -> None:
    words = command(5678, installed=True)
    assert words[-4:] == ["debugpy", "--listen", "127.0.0.1:5678", "--wait-for-client"]


def test_without_debugpy_a_line_says_how_to_get_it() -> None:
    with pytest.raises(ValueError, match=r"pip install 'visitplannr\[debug\]'"):
        command(5678, installed=False)
