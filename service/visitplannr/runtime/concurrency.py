"""How many invocations run at once: the account's bound and those of functions (L18, L19)."""

import asyncio
from collections.abc import Iterable
from typing import Any

from visitplannr.model.application import Function
from visitplannr.model.invocation import ThrottledError

ACCOUNT_CONCURRENCY = 1000
LEAST_UNRESERVED = 100


class AccountConcurrency:
    """What all functions share: what runs, and what is left beside what some have reserved.

    `quiet` is set while nothing runs.

    AWS lets nobody reserve so much that the rest has fewer than 100 (lambda-runtime.md L18).
    """

    def __init__(self, most: int, functions: Iterable[Function]) -> None:
        reserved = sum(function.reserved_concurrency or 0 for function in functions)
        self.unreserved = max(most - reserved, min(most, LEAST_UNRESERVED))
        self.unreserved_running = 0
        self.running = 0
        self.quiet = asyncio.Event()
        self.quiet.set()


class Concurrency:
    """What one function has of it, in all its versions."""

    def __init__(self, reserved: int | None, account: AccountConcurrency) -> None:
        self._reserved = reserved
        self._account = account
        self._running = 0

    def begin(self, result: asyncio.Future[Any]) -> None:
        """Take a place until `result` is there.

        Raises:
            ThrottledError: there is none.
        """
        if self._reserved is not None:
            if self._running >= self._reserved:
                raise ThrottledError("ReservedFunctionConcurrentInvocationLimitExceeded")
            self._running += 1
        else:
            if self._account.unreserved_running >= self._account.unreserved:
                raise ThrottledError("ConcurrentInvocationLimitExceeded")
            self._account.unreserved_running += 1
        self._account.running += 1
        self._account.quiet.clear()
        result.add_done_callback(self._ended)

    def _ended(self, _result: asyncio.Future[Any]) -> None:
        if self._reserved is not None:
            self._running -= 1
        else:
            self._account.unreserved_running -= 1
        self._account.running -= 1
        if not self._account.running:
            self._account.quiet.set()
