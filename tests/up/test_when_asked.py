"""What is made for the first request."""

import asyncio

import pytest
from visitplannr.gateway.asgi import App, Message, Receive, Send
from visitplannr.up.when_asked import WhenAsked


async def nothing() -> Message:
    return {}


async def ignored(_message: Message) -> None:
    """Take an answer."""


async def test_it_is_made_once_and_gets_every_request() -> None:
    made: list[str] = []
    asked: list[str] = []

    def make() -> App:
        made.append("made")

        async def app(scope: Message, _receive: Receive, _send: Send) -> None:
            asked.append(scope["path"])

        return app

    app = WhenAsked(make)
    assert made == []
    await asyncio.gather(*(app({"path": path}, nothing, ignored) for path in ("/a", "/b")))
    await app({"path": "/c"}, nothing, ignored)
    assert made == ["made"]
    assert asked == ["/a", "/b", "/c"]


async def test_who_leaves_meanwhile_does_not_end_it_for_the_others() -> None:
    asked: list[str] = []

    async def answer(scope: Message, _receive: Receive, _send: Send) -> None:
        asked.append(scope["path"])

    app = WhenAsked(lambda: answer)
    first = asyncio.create_task(app({"path": "/a"}, nothing, ignored))
    second = asyncio.create_task(app({"path": "/b"}, nothing, ignored))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await second
    assert asked == ["/b"]
