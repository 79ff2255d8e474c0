"""What the terminal tells while the stack is used: a line for each request and each invocation."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from visitplannr.gateway.exchange import Exchange
from visitplannr.model.application import Function
from visitplannr.model.invocation import Begun, InvocationResult, Observe
from visitplannr.model.payload import described_error
from visitplannr.model.secrets import SECRETS, Secrets
from visitplannr.up.terminal import Terminal

if TYPE_CHECKING:
    import asyncio

_OF_REQUESTS = frozenset({"api", "http-api", "function-url"})


class Activity:
    """Prints what happens; requests that went well only if `requests` are wanted.

    An invocation that a request has caused has the request's line; if its function failed, it has
    one of its own, too, with the place of the error.
    """

    def __init__(self, terminal: Terminal, *, requests: bool, secrets: Secrets = SECRETS) -> None:
        self._terminal = terminal
        self._secrets = secrets
        self._requests = requests
        self._names: dict[str, str] = {}

    def name(self, functions: Iterable[Function]) -> None:
        """Call functions by their logical ids from now on."""
        self._names.update({function.name: function.logical_id for function in functions})

    def request(self, exchange: Exchange) -> None:
        """Tell of a request that is answered."""
        status = exchange.response.status
        if self._requests or exchange.explanation:
            function = self._name(exchange.function) if exchange.function else ""
            answered = f"{exchange.request.method} {exchange.request.path} → {status}"
            line = f"{answered}  {exchange.seconds * 1000:.0f} ms  {function}".rstrip()
            self._terminal.log("gateway", line, alarming=status >= 500)
        if exchange.explanation:
            line = exchange.line()
            if exchange.function:
                line = line.replace(exchange.function, self._name(exchange.function))
            self._terminal.log("gateway", line, alarming=status >= 500)

    def observing(self, observe: Observe) -> Observe:
        """Tell of each invocation that has ended, and let `observe` hear of it as it begins."""

        def both(begun: Begun) -> None:
            observe(begun)
            if begun.trigger not in _OF_REQUESTS:
                began = time.monotonic()
                begun.result.add_done_callback(lambda ended: self._ended(begun, ended, began))
            else:
                begun.result.add_done_callback(lambda ended: self._failed(begun, ended))

        return both

    def _ended(self, begun: Begun, ended: "asyncio.Future[InvocationResult]", began: float) -> None:
        if ended.cancelled():
            return
        failed = ended.result().function_error is not None
        milliseconds = (time.monotonic() - began) * 1000
        outcome = "error" if failed else "ok"
        line = f"{self._name(begun.function)}  {milliseconds:.0f} ms  {outcome}"
        self._terminal.log(begun.trigger, line, alarming=failed)
        self._failed(begun, ended)

    def _failed(self, begun: Begun, ended: "asyncio.Future[InvocationResult]") -> None:
        if not ended.cancelled() and ended.result().function_error is not None:
            why = self._secrets.text(described_error(ended.result().payload))
            self._terminal.log(
                "runtime", f"{self._name(begun.function)} failed: {why}", alarming=True
            )

    def _name(self, function: str) -> str:
        return self._names.get(function, function)
