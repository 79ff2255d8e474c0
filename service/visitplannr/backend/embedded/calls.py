"""Asks the embedded backend which calls functions have made."""

import asyncio
from collections.abc import Sequence

import orjson

from visitplannr.model.aws_call import CALLS_PATH, AwsCall

_SECONDS = 5.0


class CallReader:
    """Fits `FetchCalls`: gives, each time, what is new at the backend on a port of this machine.

    While the backend is not there, nothing is.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._place = ""

    async def __call__(self) -> Sequence[AwsCall]:
        try:
            async with asyncio.timeout(_SECONDS):
                answer = await self._ask()
            found = orjson.loads(answer.partition(b"\r\n\r\n")[2])
            calls = [AwsCall(*one) for one in found["calls"]]
        except (OSError, TimeoutError, ValueError, LookupError, TypeError):
            return ()
        self._place = found["place"]
        return calls

    async def _ask(self) -> bytes:
        """Ask by a bare request, as an HTTP client would take longer to import."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            target = f"{CALLS_PATH}?after={self._place}"
            writer.write(f"GET {target} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
            return await reader.read()
        finally:
            writer.close()
