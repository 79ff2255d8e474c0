"""What happens when a file of a function, or the template, is saved; and when that cannot work."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from visitplannr.deployment.changes import Approve, Change
from visitplannr.deployment.errors import DeploymentError, NotApprovedError
from visitplannr.model.application import Application, Function, RestApi
from visitplannr.model.code import Code
from visitplannr.template.inputs import Inputs
from visitplannr.template.source import TemplateError
from visitplannr.up.follow_files import Saves, Say, Template, follow_files
from visitplannr.up.sources import Sources

CODE = Path("/code")
PATIENCE = 10.0
TABLE = Change("Modify", "Table", "AWS::DynamoDB::Table", "True")
ROLE = Change("Modify", "Role", "AWS::IAM::Role")


def application(*paths: str) -> Application:
    document: Any = {"paths": {path: {"get": {}} for path in paths}}
    function = Function("Greeter", "greeter-1", "arn", "app.handler", "python3.13", CODE)
    api = RestApi("Api", "a", "0", "Prod", document, {(path, "GET"): "greeter-1" for path in paths})
    return Application("stack", "us-east-1", "000000000000", (function,), (api,), (), {})


class Files:
    """A test says when something was saved, or why that cannot be seen any more."""

    def __init__(self) -> None:
        self.code: asyncio.Queue[Exception | None] = asyncio.Queue()
        self.template: asyncio.Queue[Exception | None] = asyncio.Queue()
        self.folders: list[set[Path]] = []

    def changes_below(self, folders: set[Path]) -> AsyncIterator[Saves]:
        self.folders.append(folders)
        return self._all(self.code)

    def looks_in(self, folders: set[Path]) -> AsyncIterator[object]:
        return self._all(self.template)

    async def _all(self, queue: asyncio.Queue[Exception | None]) -> AsyncIterator[Saves]:
        while True:
            error = await queue.get()
            if error:
                raise error
            try:
                yield {(1, "/code/app.py")}
            finally:
                queue.task_done()


class Switch:
    def __init__(self) -> None:
        self.served: list[Application] = []
        self.error: Exception | None = None
        self.saved: list[list[str]] = []

    def serve(self, application: Application) -> None:
        if self.error:
            raise self.error
        self.served.append(application)

    def refresh(self, saved: Collection[str] = ()) -> list[str]:
        self.saved.append(list(saved))
        return ["/code/app.py"]


@dataclass
class Deployments:
    """What a redeployment does next: its error, or its changes and the application after them."""

    after: Application
    changes: Sequence[Change] = ()
    error: Exception | None = None
    approved: list[bool] = field(default_factory=list)

    def redeploy(self, approve: Approve) -> Application:
        if self.error:
            raise self.error
        self.approved.append(approve(self.changes))
        if not self.approved[-1]:
            raise NotApprovedError("the changes were not approved")
        return self.after


class Scene:
    """A template in a file, followed with fakes around it."""

    def __init__(self, folder: Path, answer: bool | None = None) -> None:
        self.lines: list[str] = []
        self.questions: list[str] = []
        self.file = folder / "template.yaml"
        self.file.write_text("v0")
        self.files, self.switch = Files(), Switch()
        self.served = application("/hello")
        self.deployments = Deployments(application("/hello", "/more"))
        ask = self._answering(answer)
        sources = Sources(Inputs(self.file, "up"), "us-east-1")
        with contextlib.suppress(TemplateError):
            sources.read()
        self.template = Template(sources, self.deployments.redeploy, self.lines.append, ask)

    def _answering(self, answer: bool | None) -> Callable[[str, Say], bool | None]:
        def ask(question: str, _say: Say) -> bool | None:
            self.questions.append(question)
            return answer

        return ask

    async def follow(self) -> None:
        await follow_files(self.served, self.template, self.switch, self.files, self.lines.append)

    async def save(self, text: str) -> None:
        """Save the template, and wait until that is dealt with."""
        self.file.write_text(text)
        await self.look()

    async def look(self) -> None:
        """Let the template be looked at, and wait until that is dealt with."""
        self.files.template.put_nowait(None)
        async with asyncio.timeout(PATIENCE):
            await self.files.template.join()
        await turns()


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def followed(scene: Scene, *texts: str) -> Scene:
    """Follow while the template is looked at, and then saved with these texts."""
    task = asyncio.create_task(scene.follow())
    await scene.look()
    for text in texts:
        await scene.save(text)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return scene


async def test_only_code_that_lies_in_folders_here_is_watched(tmp_path: Path) -> None:
    archive, layer = tmp_path / "code" / "code.zip", tmp_path / "layer"
    archive.parent.mkdir()
    archive.touch()
    scene = Scene(tmp_path)
    (function,) = scene.served.functions
    scene.served = replace(
        scene.served,
        functions=(
            function,
            replace(function, code=archive, layers=(Code(layer),)),
            replace(function, code=tmp_path, inline="x = 1"),
            replace(function, code=tmp_path, fault="it is an image"),
        ),
    )
    await followed(scene)
    assert scene.files.folders == [{CODE, archive.parent, layer}]


async def test_a_saved_file_of_a_function_is_named(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.files.code.put_nowait(None)
    await followed(scene)
    assert scene.files.folders == [{CODE}]
    assert scene.lines == ["app.py has changed: the next request runs it."]


async def test_a_saved_template_is_applied_and_its_routes_are_said(tmp_path: Path) -> None:
    scene = await followed(Scene(tmp_path), "more")
    assert scene.switch.served == [scene.deployments.after]
    assert scene.lines == [
        "template.yaml has changed:",
        "  + GET /more  Greeter",
        "template.yaml is applied.",
    ]
    assert scene.files.folders == [{CODE}, {CODE}]


async def test_a_look_without_a_save_applies_nothing(tmp_path: Path) -> None:
    scene = await followed(Scene(tmp_path))
    assert (scene.switch.served, scene.lines) == ([], [])


async def test_what_was_saved_before_anybody_watched_is_applied(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.file.write_text("saved while it started")
    await followed(scene)
    assert scene.switch.served == [scene.deployments.after]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (TemplateError("template.yaml:3:1: no mapping"), "template.yaml:3:1: no mapping"),
        (DeploymentError("Table: it is in use"), "Table: it is in use"),
        (
            RecursionError("too deep"),
            "template.yaml cannot be applied: RecursionError: too deep",
        ),
        (
            AttributeError("'list' object has no attribute 'get'"),
            "template.yaml cannot be applied: AttributeError: 'list' object has no attribute 'get'",
        ),
        (
            ValueError("two\n  lines"),
            "template.yaml cannot be applied: ValueError: two lines",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_an_error_of_a_saved_template_is_a_line_and_following_goes_on(
    tmp_path: Path, error: Exception, line: str
) -> None:
    scene = Scene(tmp_path)
    scene.deployments.error = error
    task = asyncio.create_task(scene.follow())
    await scene.save("broken")
    assert (scene.lines, scene.switch.served) == ([line], [])
    scene.deployments.error = None
    await scene.save("mended again")
    assert scene.lines[-1] == "template.yaml is applied."
    scene.files.code.put_nowait(None)
    await turns()
    assert scene.lines[-1] == "app.py has changed: the next request runs it."
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_an_application_that_cannot_be_served_is_a_line(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.switch.error = KeyError("paths")
    await followed(scene, "odd")
    assert scene.lines[-1] == "template.yaml cannot be applied: KeyError: 'paths'"


async def test_changes_that_lose_no_data_need_no_answer(tmp_path: Path) -> None:
    scene = Scene(tmp_path, answer=False)
    scene.deployments.changes = (ROLE,)
    await followed(scene, "role")
    assert scene.questions == []
    assert scene.deployments.approved == [True]
    assert scene.lines[1] == "  ~  Role  AWS::IAM::Role"


@pytest.mark.parametrize(("answer", "applied"), [(True, True), (False, False), (None, False)])
async def test_what_may_lose_data_is_asked_for(
    tmp_path: Path, answer: bool | None, applied: bool
) -> None:
    scene = Scene(tmp_path, answer)
    scene.deployments.changes = (ROLE, TABLE)
    await followed(scene, "other key")
    assert scene.questions == ["The data of Table may be lost."]
    assert scene.deployments.approved == [applied]
    assert bool(scene.switch.served) == applied
    hint = "The data of Table may be lost. End `up` and start it again to apply this."
    assert (hint in scene.lines) == (answer is None)


@pytest.mark.parametrize("where", ["code", "template"])
async def test_if_the_system_tells_of_no_changes_that_is_said(tmp_path: Path, where: str) -> None:
    scene = Scene(tmp_path)
    queue = scene.files.code if where == "code" else scene.files.template
    queue.put_nowait(OSError("inotify watch limit reached"))
    await scene.follow()
    assert scene.lines == [
        "Saved files are no longer followed: inotify watch limit reached; restart `up`."
    ]
