"""Debuggers: debugpy, which a Python function is run under, and the port where it listens."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from importlib.util import find_spec

PACKAGE = "debugpy"
MISSING = "--debug needs debugpy: pip install 'visitplannr[debug]'"
_LOOK_SECONDS = 0.05
_TOLD_AFTER = 60  # looks


def is_installed() -> bool:
    """Say whether debugpy, which is an extra of ours, is installed."""
    return find_spec(PACKAGE) is not None


def command(port: int, *, installed: bool) -> list[str]:
    """Give the part of a Python's command line that waits for a debugger at a loopback port.

    Raises:
        ValueError: debugpy is not `installed`.
    """
    if not installed:
        raise ValueError(MISSING)
    listen = ["-m", PACKAGE, "--listen", f"127.0.0.1:{port}", "--wait-for-client"]
    return ["-Xfrozen_modules=off", *listen]


def waiting(name: str, port: int) -> str:
    """Say that the function `name` does nothing before a debugger comes."""
    return (
        f"{name} waits for a debugger on port {port} (127.0.0.1); its requests wait, too, "
        "without a timeout"
    )


async def until_free(
    port: int,
    wanted: Callable[[], bool],
    name: str,
    report: Callable[[str], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Wait until nobody listens at a loopback port: the environment before may not be gone yet.

    Ends early if it is no longer `wanted`. Where it takes long, `report` hears what `name` waits
    for.
    """
    looks = 0
    while wanted() and not is_free(port):
        looks += 1
        if looks == _TOLD_AFTER:
            report(f"{name} starts when the port of its debugger, {port}, is free: it is in use")
        await sleep(_LOOK_SECONDS)


def is_free(port: int) -> bool:
    """Say whether a server could listen at a loopback port now."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
