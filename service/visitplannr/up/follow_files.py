"""Follow what is saved: code into the next invocation, the template into the running stack."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from watchfiles import DefaultFilter, awatch

from visitplannr.deployment.changes import Approve, Change, worth_telling
from visitplannr.deployment.errors import DeploymentError
from visitplannr.model.application import Application
from visitplannr.template.source import TemplateError
from visitplannr.up.daemon_thread import in_daemon_thread
from visitplannr.up.report import routes_of
from visitplannr.up.terminal import columns, described

_DEBOUNCE_MS = 50
_STEP_MS = 10
_LOOK_MS = 1_000

Redeploy = Callable[[Approve], Application]
Say = Callable[[str], None]
Saves = Iterable[tuple[object, str]]


class Serving(Protocol):
    """What serves an application (`up.switch.Switch`)."""

    def serve(self, application: Application) -> None:
        """Serve it from now on."""

    def refresh(self, saved: Collection[str] = ()) -> list[str]:
        """Replace environments whose files have changed, or that failed before these were saved.

        Names the files.
        """


class Files(Protocol):
    """Where changes of files can be waited for."""

    def changes_below(self, folders: set[Path]) -> AsyncIterator[Saves]:
        """Yield what was saved in these folders, whenever something was; until cancelled."""

    def looks_in(self, folders: set[Path]) -> AsyncIterator[object]:
        """Yield when a file in these may have been saved, and now and then; until cancelled."""


class WatchedFiles:
    """Files as the system tells of them, without those below the state folder."""

    def __init__(self, state: Path) -> None:
        self._filter = DefaultFilter(ignore_paths=[state])

    def changes_below(self, folders: set[Path]) -> AsyncIterator[Saves]:
        return awatch(*folders, watch_filter=self._filter, debounce=_DEBOUNCE_MS, step=_STEP_MS)

    def looks_in(self, folders: set[Path]) -> AsyncIterator[object]:
        return awatch(
            *folders,
            recursive=False,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
        )


def ask_on_terminal(question: str, say: Say) -> bool | None:
    """Ask for a y; None if there is nobody to ask."""
    if not sys.stdin.isatty():
        return None
    say(f"{question} Apply it? [y/N]")
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


class Saved(Protocol):
    """The files that a stack is made of (`up.sources.Sources`)."""

    @property
    def template(self) -> Path:
        """The first of them."""

    @property
    def folders(self) -> set[Path]:
        """Where they are."""

    def saved(self) -> list[Path]:
        """Name those that are others than at the last look."""


class Template:
    """The template that a stack is made of, and what it names: applied again when it was saved.

    `redeploy` blocks until the stack is as the template says; it is called with who approves.
    """

    def __init__(
        self,
        sources: Saved,
        redeploy: Redeploy,
        say: Say,
        ask: Callable[[str, Say], bool | None] = ask_on_terminal,
    ) -> None:
        self._sources = sources
        self._name = sources.template.name
        self._redeploy = redeploy
        self._say = say
        self._ask = ask

    @property
    def folders(self) -> set[Path]:
        """Name the folders in which something may be saved."""
        return self._sources.folders

    def is_saved(self) -> bool:
        """Say whether something is another than at the last look; that is what is named then."""
        saved = self._sources.saved()
        if saved:
            template = self._sources.template.resolve()
            self._name = (template if template in saved else saved[0]).name
        return bool(saved)

    async def apply(self, before: Application, serving: Serving) -> Application | None:
        """Apply it as it is now; None, with a line that says why, if that fails.

        Whatever it is that fails: what is half written may break anything that reads it.
        """
        try:
            after = await in_daemon_thread(lambda: self._redeploy(self._approve))
            serving.serve(after)
        except (DeploymentError, TemplateError) as error:
            self._say(f"{error}")
            return None
        except Exception as error:  # noqa: BLE001 - see above
            self._say(f"{self._name} cannot be applied: {described(error)}")
            return None
        for line in _route_changes(before, after):
            self._say(line)
        self._say(f"{self._name} is applied.")
        return after

    def _approve(self, changes: Sequence[Change]) -> bool:
        """Show a plan; ask about what loses data, or leave it where nobody can be asked."""
        self._say(f"{self._name} has changed:")
        for line in columns(change.row() for change in worth_telling(changes)):
            self._say(line)
        losing = [change.logical_id for change in changes if change.may_lose_data]
        if not losing:
            return True
        question = f"The data of {', '.join(losing)} may be lost."
        answer = self._ask(question, self._say)
        if answer is None:
            self._say(f"{question} End `up` and start it again to apply this.")
        return bool(answer)


async def follow_files(
    application: Application, template: Template, serving: Serving, files: Files, say: Say
) -> None:
    """Follow the template and the code of the application made of it; until cancelled.

    If the system does not tell of changes (its watches are used up), that is said.
    """
    try:
        while True:
            async with asyncio.TaskGroup() as tasks:
                code = tasks.create_task(_follow_code(application, serving, files, say))
                application = await _next_application(application, template, serving, files)
                code.cancel()
    except* (OSError, RuntimeError) as failed:
        why = "; ".join(map(str, failed.exceptions))
        say(f"Saved files are no longer followed: {why}; restart `up`.")


async def _follow_code(application: Application, serving: Serving, files: Files, say: Say) -> None:
    folders = {
        code.path.parent if code.path.is_file() else code.path
        for function in application.functions
        for code in (function.own_code, *function.layers)
        if code.fault is None and code.inline is None
    }
    async for saves in files.changes_below(folders):
        for path in dict.fromkeys(serving.refresh([path for _, path in saves])):
            say(f"{Path(path).name} has changed: the next request runs it.")


async def _next_application(
    before: Application, template: Template, serving: Serving, files: Files
) -> Application:
    """Wait until a saved template is applied."""
    async for _ in files.looks_in(template.folders):
        if template.is_saved() and (after := await template.apply(before, serving)):
            return after
    return before


def _route_changes(before: Application, after: Application) -> list[str]:
    old, new = set(routes_of(before)), set(routes_of(after))
    added = [f"  + {method} {path}  {behind}" for method, path, behind in sorted(new - old)]
    removed = [f"  - {method} {path}  {behind}" for method, path, behind in sorted(old - new)]
    return [*added, *removed]
