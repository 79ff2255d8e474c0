"""Asks the embedded backend, which has the policies, who may call an API and what that may do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from visitplannr.backend.control import BackendControl, ControlError
from visitplannr.model.access import (
    AccessRefusedError,
    Invocation,
    Permission,
    SentRequest,
    Signer,
)
from visitplannr.up.daemon_thread import in_daemon_thread

Ask = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
_MOST = 10_000


def access_by(endpoint_url: str) -> "AskedAccess":
    """Ask the embedded backend at a URL."""
    return AskedAccess(asking(BackendControl(endpoint_url)))


def asking(control: BackendControl) -> Ask:
    """Ask in a thread of its own."""

    async def ask(question: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            return await in_daemon_thread(lambda: control.access(question))
        except ControlError as error:
            raise AccessRefusedError("ServiceUnavailableException", str(error)) from error

    return ask


class AskedAccess:
    """Decides as `ask` says. That a function may be invoked is asked once.

    Made anew with each application, so a permission that a template no longer gives is missed.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._allowed: set[Invocation] = set()

    async def caller(self, request: SentRequest, needed: Permission) -> Signer | None:
        """Give who signed a request that may be made; None for anybody.

        Raises:
            AccessRefusedError: it may not be made.
        """
        said = await self._said({"request": asdict(request), "needed": asdict(needed)})
        return Signer(**said["signer"]) if said["signer"] else None

    async def invoke(self, asked: Invocation) -> None:
        """Let a function be invoked.

        Raises:
            AccessRefusedError: it may not be invoked.
        """
        if asked in self._allowed:
            return
        await self._said({"invocation": asdict(asked)})
        if len(self._allowed) < _MOST:
            self._allowed.add(asked)

    async def _said(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        said = await self._ask(question)
        if error := said.get("error"):
            raise AccessRefusedError(error["type"], error["message"])
        return said
