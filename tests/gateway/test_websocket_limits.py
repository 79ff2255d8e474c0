"""How long connections may last, and what their backend may do with them (websocket.md)."""

import asyncio
import json

import pytest
from gateway.sockets import Chat, Client, chat
from visitplannr.gateway.connections import Connection
from visitplannr.gateway.request import Request
from visitplannr.gateway.websocket_api.holding import Timing, hold


class Time:
    """A clock that only `advance` moves."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        until = self.seconds + seconds
        while self.seconds < until:
            await self._moved.wait()
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        self.seconds += seconds
        self._moved.set()
        await settled()
        self._moved.clear()


async def settled() -> None:
    """Let everything go on that waits for nothing."""
    for _ in range(50):
        await asyncio.sleep(0)


async def write(_message: str | bytes) -> None:
    """Send to nobody."""


@pytest.mark.parametrize(
    ("pauses", "ends"),
    [([599.0], False), ([600.0], True), ([599.0] * 12, False), ([599.0] * 12 + [12.0], True)],
)
async def test_w41_w42_idle_for_ten_minutes_or_two_hours_old(
    pauses: list[float], ends: bool
) -> None:
    time = Time()
    request = Request("GET", "/", "", (), b"", "10.0.0.1", "http", 80)
    connection = Connection("Chat", request, "localhost", write, time.now)
    came: asyncio.Queue[dict[str, str]] = asyncio.Queue()

    async def take(_message: str) -> None:
        """Do nothing with it."""

    held = asyncio.ensure_future(hold(connection, came.get, take, Timing(time.now, time.sleep)))
    for pause in pauses:
        await came.put({"type": "websocket.receive", "text": "x"})
        await settled()
        await time.advance(pause)
    assert held.done() == ends
    if ends:
        assert (held.result().code, held.result().reason) == (1001, "Going away")
    held.cancel()


async def test_w43_a_binary_frame_ends_it() -> None:
    client = await Chat(chat("$default")).connect().accepted()
    await client.says(b"binary")
    assert (await client.hears())["code"] == 1003


async def connected(served: Chat) -> tuple[Client, str]:
    """Connect; give the id of the connection, too."""
    client = await served.connect().accepted()
    return client, json.loads(await client.asks("to nobody"))["connectionId"]


@pytest.mark.parametrize("before", ["", "/live", "/_ws/Chat", "/_ws/Chat/live"])
async def test_w50_the_backend_sends(before: str) -> None:
    served = Chat(chat("other"))
    client, connection = await connected(served)
    for sign in "@", "%40":
        path = f"{before}/{sign}connections/{connection.replace('=', '%3D')}"
        assert (await served.ask("POST", path, b"hello"))[0] == 200
        assert (await client.hears())["text"] == "hello"


async def test_w50_only_what_is_signed_is_answered() -> None:
    served = Chat(chat("other"))
    client, connection = await connected(served)
    for method in "POST", "GET", "DELETE":
        answer = await served.ask(method, f"/live/@connections/{connection}", signed=False)
        assert answer[0] == 403
    assert client.sent.empty()


async def test_w51_w55_a_connection_that_is_not_there() -> None:
    served = Chat(chat("$connect", "other"))
    asked: list[tuple[int, str]] = []

    def connecting(_function: str, event: dict[str, dict[str, str]]) -> object:
        async def ask() -> None:
            path = f"/live/@connections/{event['requestContext']['connectionId']}"
            status, headers, _ = await served.ask("POST", path)
            asked.append((status, headers["x-amzn-errortype"]))

        asking.append(asyncio.ensure_future(ask()))
        return {"statusCode": 500}

    asking: list[asyncio.Future[None]] = []
    served.functions = connecting
    await served.connect().refused()
    await asyncio.gather(*asking)
    assert asked == [(410, "GoneException")]


async def test_w52_the_backend_asks() -> None:
    served = Chat(chat("other"))
    _, connection = await connected(served)
    status, _, body = await served.ask("GET", f"/live/@connections/{connection}")
    found = json.loads(body)
    assert (status, found["identity"]) == (200, {"userAgent": "tests", "sourceIp": "10.0.0.1"})
    assert found["connectedAt"] <= found["lastActiveAt"]
    assert found["connectedAt"].endswith("Z")


async def test_w53_the_backend_ends_it() -> None:
    served = Chat(chat("other", "$disconnect"))
    client, connection = await connected(served)
    path = f"/live/@connections/{connection}"
    assert (await served.ask("DELETE", path))[0] == 204
    closed = await client.hears()
    assert (closed["code"], closed["reason"]) == (1000, "Connection Closed Normally")
    await client.ended
    assert served.events[-1][1]["requestContext"]["disconnectStatusCode"] == 1000
    assert (await served.ask("DELETE", path))[0] == 410


async def test_an_answer_that_comes_after_the_end_goes_nowhere() -> None:
    served = Chat(chat("$default", two_way=frozenset({"$default"})))
    served.functions = lambda *_: {"statusCode": 200, "body": "late"}
    served.answered.clear()
    client = await served.connect().accepted()
    await client.says("slow")
    await settled()
    await client.says(b"binary")
    assert (await client.hears())["type"] == "websocket.close"
    served.answered.set()
    await settled()
    assert client.sent.empty()
    assert served.told[-1].explanation == "the connection ended before it was answered"


async def test_w40_w54_a_message_is_bounded() -> None:
    served = Chat(chat("other"))
    _, connection = await connected(served)
    path = f"/live/@connections/{connection}"
    assert (await served.ask("POST", path, b"x" * 131_072))[0] == 200
    status, headers, _ = await served.ask("POST", path, b"x" * 131_073)
    assert (status, headers["x-amzn-errortype"]) == (413, "PayloadTooLargeException")
