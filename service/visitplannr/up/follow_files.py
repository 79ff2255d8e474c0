"""Follow what is saved: code into the next invocation, the template into the running stack."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from watchfiles import awatch

from visitplannr.cli.tables import columns
from visitplannr.deployment.changes import Approve, Change, worth_telling
from visitplannr.deployment.errors import DeploymentError
from visitplannr.model.application import Application
from visitplannr.template.source import TemplateError
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.saved_file import Version, version_of
from visitplannr.up.summary import routes_of
from visitplannr.up.switch import LiveStack
from visitplannr.up.terminal import Terminal

_DEBOUNCE_MS = 50
_STEP_MS = 10
_LOOK_MS = 1_000

Redeploy = Callable[[Approve], Application]


class Reload:
    """Watches a template and the code of the application made of it.

    `redeploy` blocks until the stack is as the template says; it is called with who approves.
    `version` is that of the template that is applied: what was saved before anybody watched counts.
    """

    def __init__(
        self,
        template: Path,
        version: Version,
        live: LiveStack,
        redeploy: Redeploy,
        terminal: Terminal,
    ) -> None:
        self._version = version
        self._template = template.resolve()
        self._live = live
        self._redeploy = redeploy
        self._terminal = terminal

    async def follow(self, application: Application) -> None:
        """Follow changes until cancelled."""
        while True:
            code = asyncio.create_task(self._follow_code(application))
            try:
                application = await self._next_application(application)
            finally:
                code.cancel()
                await asyncio.gather(code, return_exceptions=True)

    def ended(self, task: "asyncio.Task[None]") -> None:
        """Say so if following has failed: it should go on until it is cancelled."""
        if not task.cancelled() and (error := task.exception()):
            self._terminal.say(f"Saved files are no longer followed: {error!r}; restart `up`.")

    async def _follow_code(self, application: Application) -> None:
        folders = {
            folder
            for function in application.functions
            for folder in (function.code, *function.layers)
        }
        async for _ in awatch(*folders, debounce=_DEBOUNCE_MS, step=_STEP_MS):
            for path in self._live.refresh():
                self._terminal.say(f"{Path(path).name} has changed: the next request runs it.")

    async def _next_application(self, before: Application) -> Application:
        """Wait until a saved template is applied."""
        async for _ in awatch(
            self._template.parent,
            recursive=False,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
        ):
            version = version_of(self._template)
            if version != self._version:
                self._version = version
                updated = await self._update(before)
                if updated is not None:
                    return updated
        return before

    async def _update(self, before: Application) -> Application | None:
        """Apply the template as it is now; None, with a line that says why, if that fails."""
        try:
            after = await in_daemon_thread(lambda: self._redeploy(self._approve))
        except (DeploymentError, TemplateError) as error:
            self._terminal.say(f"{error}")
            return None
        self._live.serve(after)
        for line in _route_changes(before, after):
            self._terminal.say(line)
        self._terminal.say(f"{self._template.name} is applied.")
        return after

    def _approve(self, changes: Sequence[Change]) -> bool:
        """Show a plan; ask about what loses data, or leave it where nobody can be asked."""
        self._terminal.say(f"{self._template.name} has changed:")
        for line in columns(change.row() for change in worth_telling(changes)):
            self._terminal.say(line)
        losing = [change.logical_id for change in changes if change.may_lose_data]
        if not losing:
            return True
        question = f"The data of {', '.join(losing)} may be lost."
        if not sys.stdin.isatty():
            self._terminal.say(f"{question} End `up` and start it again to apply this.")
            return False
        self._terminal.say(f"{question} Apply it? [y/N]")
        return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _route_changes(before: Application, after: Application) -> list[str]:
    old, new = set(routes_of(before)), set(routes_of(after))
    added = [f"  + {method} {path}  {behind}" for method, path, behind in sorted(new - old)]
    removed = [f"  - {method} {path}  {behind}" for method, path, behind in sorted(old - new)]
    return [*added, *removed]
