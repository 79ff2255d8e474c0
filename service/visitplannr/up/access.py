"""Asks the embedded backend, which has the policies, who may call an API and what that may do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from visitplannr.backend.control import BackendControl, ControlError
from visitplannr.model.access import (
    AccessRefusedError,
    Invocation,
    Permission,
    SentRequest,
    Signer,
    UndecidedError,
)
from visitplannr.up.daemon_thread import in_daemon_thread

Ask = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
_MOST = 10_000


def access_by(endpoint_url: str, is_whole: Callable[[], bool]) -> "AskedAccess":
    """Ask the embedded backend at a URL; `is_whole` says whether it has the stack."""
    return AskedAccess(asking(BackendControl(endpoint_url), is_whole))


def asking(control: "Control", is_whole: Callable[[], bool]) -> Ask:
    """Ask in a thread of its own; a backend without the stack can refuse nothing for good."""

    async def ask(question: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            said = await in_daemon_thread(lambda: control.access(question))
        except ControlError as error:
            raise UndecidedError(str(error)) from error
        if "error" in said and not is_whole():
            raise UndecidedError("the stack is being made again")
        return said

    return ask


class Control(Protocol):
    """The backend's own API (`backend.control.BackendControl`)."""

    def access(self, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask who may; raises ControlError if there is no answer."""


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
            UndecidedError: the backend cannot say.
        """
        said = await self._said({"request": asdict(request), "needed": asdict(needed)})
        return Signer(**said["signer"]) if said["signer"] else None

    async def invoke(self, asked: Invocation) -> None:
        """Let a function be invoked.

        Raises:
            AccessRefusedError: it may not be invoked.
            UndecidedError: the backend cannot say.
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
