"""Where requests wait that came in one turn of the loop; one write to the disk answers them."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from visitplannr.dynamodb.errors import DynamoDBError
from visitplannr.dynamodb.wire import HttpAnswer, HttpRequest, Wire

Reply = Callable[[HttpAnswer], None]
Together = Callable[[], AbstractContextManager[None]]


class Desk:
    """Answers requests in the order in which they came.

    `together` gives a context that raises DynamoDBError if what was done in it is lost.
    """

    def __init__(self, wire: Wire, together: Together) -> None:
        self._wire = wire
        self._together = together
        self._waiting: list[tuple[HttpRequest, Reply]] = []

    def take(self, request: HttpRequest, reply: Reply) -> None:
        """Answer a request once the loop has run what is ready now."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._answer_all)
        self._waiting.append((request, reply))

    async def answer(self, request: HttpRequest) -> HttpAnswer:
        """Wait for the answer to a request."""
        answered: asyncio.Future[HttpAnswer] = asyncio.get_running_loop().create_future()

        def reply(answer: HttpAnswer) -> None:
            if not answered.done():  # the server may have given up on it
                answered.set_result(answer)

        self.take(request, reply)
        return await answered

    def _answer_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        answers = self._answers([request for request, _ in waiting])
        for (_, reply), answer in zip(waiting, answers, strict=True):
            reply(answer)

    def _answers(self, requests: Sequence[HttpRequest]) -> list[HttpAnswer]:
        if len(requests) == 1:
            return [self._wire.answer(requests[0])]
        try:
            with self._together():
                return [self._wire.answer(request) for request in requests]
        except DynamoDBError as error:
            return [self._wire.failed(error) for _ in requests]
