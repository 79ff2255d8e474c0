"""What goes wrong, each a context: it begins, lasts as long as the storm says, and is mended.

Each yields one line that says what was done; all that is drawn comes from the given `Random`.
"""

import contextlib
import json
import os
import random
import signal
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from chaos.clients import Api
from chaos.disk import Disk
from chaos.files import Files
from chaos.living import Living
from chaos.model import Model

_BROKEN_CODE = ("EDITION = (\n", "1 / 0\n", "", "import nowhere\n", "import os; os._exit(1)\n")
_BROKEN_TEMPLATE = ("Resources: [", "", "Globals: [1]\nResources: {}\n", "\0", "Resources: 1\n")
_WAYS = (
    *("children", "daemon", "closed", "deaf", "exit"),
    *("segfault", "overtime", "stopped", "flood"),
)
_GARBAGE = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST /rest HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"POST /rest HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"\0" * 4096,
)
_RESET = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Scene:
    """What can go wrong: the running stack, its files, its disk; and what knows of it."""

    living: Living
    files: Files
    disk: Disk
    api: Api
    model: Model


Fault = Callable[[Scene, random.Random], Iterator[str]]


def kill_environments(scene: Scene, chosen: random.Random) -> Iterator[str]:
    pids = {pid for _ in range(3) for pid in scene.living.part("environment", chosen)}
    _kill(pids)
    yield f"kill -9 of {len(pids)} environments"


def kill_backend(scene: Scene, chosen: random.Random) -> Iterator[str]:
    scene.model.begin_outage()
    _kill(scene.living.part("backend", chosen))
    yield "kill -9 of the backend"
    scene.model.end_outage()


def kill_guardian(scene: Scene, chosen: random.Random) -> Iterator[str]:
    _kill(scene.living.part("guardian", chosen))
    yield "kill -9 of the guardian"


def kill_up(scene: Scene, _chosen: random.Random) -> Iterator[str]:
    scene.living.expect_end()
    _kill({scene.living.pid})
    yield "kill -9 of `up`"


def kill_up_and_guardian(scene: Scene, chosen: random.Random) -> Iterator[str]:
    guardian = scene.living.part("guardian", chosen)
    scene.living.expect_end()
    _kill([*guardian, scene.living.pid])
    yield "kill -9 of guardian and `up`"


def end_up(scene: Scene, chosen: random.Random) -> Iterator[str]:
    number = chosen.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    if not scene.living.has_ended:
        scene.living.end(number)
    yield f"{number.name} of `up`"


def stop_a_part(scene: Scene, chosen: random.Random) -> Iterator[str]:
    name = chosen.choice(["up", "backend", "guardian", "environment"])
    pids = scene.living.part(name, chosen)
    began = time.monotonic()
    scene.model.allow_delay(20.0)
    _signal(pids, signal.SIGSTOP)
    yield f"SIGSTOP of {name}"
    _signal(pids, signal.SIGCONT)
    scene.model.allow_delay(time.monotonic() - began)


def stop_the_backend_and_end(scene: Scene, chosen: random.Random) -> Iterator[str]:
    """End `up` while a part of it stands still: it must not wait for that for ever."""
    name = chosen.choice(["backend", "guardian", "environment"])
    _signal(scene.living.part(name, chosen), signal.SIGSTOP)
    if not scene.living.has_ended:
        scene.living.end(signal.SIGTERM)
    yield f"SIGSTOP of {name}, then SIGTERM of `up`"


def save_code(scene: Scene, chosen: random.Random) -> Iterator[str]:
    scene.files.save_code()
    yield "code is saved"


def save_code_often(scene: Scene, chosen: random.Random) -> Iterator[str]:
    saves = chosen.randint(10, 40)
    for _ in range(saves):
        scene.files.save_code()
        time.sleep(0.1)
    yield f"code is saved {saves} times"


def break_code(scene: Scene, chosen: random.Random) -> Iterator[str]:
    broken = chosen.choice(_BROKEN_CODE)
    scene.files.break_code(broken)
    yield f"code is broken: {broken!r}"
    scene.files.save_code()


def save_template(scene: Scene, chosen: random.Random) -> Iterator[str]:
    scene.files.save_template()
    yield "the template is saved"


def break_template(scene: Scene, chosen: random.Random) -> Iterator[str]:
    broken = chosen.choice(_BROKEN_TEMPLATE)
    scene.files.break_template(broken)
    yield f"the template is broken: {broken!r}"
    scene.files.save_template()


def fill_disk(scene: Scene, chosen: random.Random) -> Iterator[str]:
    pids = [scene.living.pid, *scene.living.part("backend", chosen)]
    with scene.disk.full(pids) as said:
        scene.model.disk_is_full = True
        yield said
    scene.model.disk_is_full = False


def misbehave(scene: Scene, chosen: random.Random) -> Iterator[str]:
    ways = chosen.sample(_WAYS, 3)
    for way in ways:
        scene.api.ask("POST", f"/misbehave/{way}")
    yield f"a function misbehaves: {', '.join(ways)}"


def half_open(scene: Scene, chosen: random.Random) -> Iterator[str]:
    head = b"POST /rest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
    with contextlib.ExitStack() as opened:
        for _ in range(50):
            _send(opened, scene.living.port, head[: chosen.randrange(len(head))])
        yield "50 connections are half open"


def garbage(scene: Scene, chosen: random.Random) -> Iterator[str]:
    with contextlib.ExitStack() as opened:
        for _ in range(20):
            port = chosen.choice([scene.living.port, scene.living.backend_port])
            _send(opened, port, chosen.choice(_GARBAGE))
        yield "20 connections send garbage"


def reset_connections(scene: Scene, chosen: random.Random) -> Iterator[str]:
    """Send whole requests, and let none of the answers in."""
    body = json.dumps({"key": "reset", "number": 1, "previous": 0}).encode()
    head = b"POST /rest HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body)
    with contextlib.ExitStack() as opened:
        for _ in range(20):
            if connection := _send(opened, scene.living.port, head + body):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        time.sleep(chosen.random() * 0.05)
    yield "20 requests are reset"


def move_clock(scene: Scene, chosen: random.Random) -> Iterator[str]:
    seconds = chosen.choice([1, 60, 3600])
    scene.api.ask("POST", "/_local/clock", {"advance": seconds})
    yield f"the clock moves by {seconds} s"


def _kill(pids: set[int] | list[int]) -> None:
    _signal(pids, signal.SIGKILL)


def _signal(pids: set[int] | list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _send(opened: contextlib.ExitStack, port: int, data: bytes) -> socket.socket | None:
    try:
        connection = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
        connection.sendall(data)
    except OSError:
        return None
    return connection


FAULTS: Mapping[str, tuple[int, Fault]] = {
    "kill environments": (3, kill_environments),
    "kill backend": (2, kill_backend),
    "kill guardian": (2, kill_guardian),
    "kill up": (2, kill_up),
    "kill up and guardian": (1, kill_up_and_guardian),
    "end up": (1, end_up),
    "stop a part": (4, stop_a_part),
    "stop a part and end": (1, stop_the_backend_and_end),
    "save code": (3, save_code),
    "save code often": (2, save_code_often),
    "break code": (2, break_code),
    "save template": (2, save_template),
    "break template": (2, break_template),
    "fill disk": (2, fill_disk),
    "misbehave": (4, misbehave),
    "half open": (1, half_open),
    "garbage": (1, garbage),
    "reset connections": (2, reset_connections),
    "move clock": (2, move_clock),
}
