"""What a function can write to: nothing but a /tmp of its own (lambda-runtime.md L49)."""

import json
import os
import sys
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from runtime.conftest import OwnPython, Run
from visitplannr.model.code import Code
from visitplannr.runtime.isolation import Isolation, View, find_isolation
from visitplannr.runtime.runtimes import Runtimes

PATH = os.environ["PATH"]
FOUND = find_isolation(PATH)
needs_namespaces = pytest.mark.skipif(FOUND is None, reason="this system gives no namespaces")
WRITES = """
import json, os
def handler(event, context):
    said = {}
    for name in event:
        try:
            if name.endswith("/"):
                os.mkdir(name)
            else:
                open(name, "w").close()
            said[name] = "written"
        except OSError as error:
            said[name] = error.errno
    return [said, sorted(os.listdir("/tmp")), os.getcwd(), os.getuid()]
"""


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "app" / "code"
    folder.mkdir(parents=True)
    (folder / "app.py").write_text(WRITES)
    return folder


@pytest.fixture
def isolated(runtimes: Runtimes) -> Runtimes:
    cache = runtimes.cache
    return OwnPython(cache, PATH, Path.home(), isolation=FOUND)


@needs_namespaces
async def test_l49_code_and_layers_are_read_only_and_tmp_is_private(
    run: Run, isolated: Runtimes, code: Path, tmp_path: Path
) -> None:
    layer = tmp_path / "layer"
    layer.mkdir()
    mine = f"/tmp/{uuid.uuid4()}"
    tried = [f"{code}/new", "new", f"{code}/folder/", f"{layer}/new", mine]
    layers = (Code(layer),)
    async with run("app.handler", on=isolated, code=code, layers=layers) as running:
        said, tmp, folder, user = json.loads((await running.invoke(json.dumps(tried).encode()))[0])
        assert said == {**dict.fromkeys(tried[:-1], 30), mine: "written"}
        assert Path(mine).name in tmp
        assert set(tmp) <= {Path(mine).name, *below_tmp(code, isolated.cache, Path(sys.prefix))}
        assert (folder, user) == (str(code), os.getuid())
    assert names(Path(mine).parent).isdisjoint({Path(mine).name})
    assert names(code) == {"app.py"}


def below_tmp(*paths: Path) -> set[str]:
    """Name what has to be in /tmp because a test's folders are."""
    return {path.parts[2] for path in paths if path.parts[1] == "tmp"}


@needs_namespaces
async def test_what_is_saved_is_run_next_in_namespaces_too(
    run: Run, isolated: Runtimes, code: Path
) -> None:
    async with run("app.handler", on=isolated, code=code) as running:
        await running.invoke(b"[]")
        (code / "app.py").write_text("def handler(event, context):\n    return 'saved'\n")
        assert (await running.invoke(b"[]"))[0] == b'"saved"'


@needs_namespaces
async def test_the_code_may_be_the_folder_that_the_state_lies_in(
    run: Run, isolated: Runtimes, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(WRITES)
    async with run("app.handler", on=isolated, code=tmp_path) as running:
        said, *_ = json.loads((await running.invoke(b'["new"]'))[0])
        assert said == {"new": 30}


FILLS = """
import os, time
def handler(event, context):
    if event == "hang":
        time.sleep(60)
    try:
        if event != "read":
            os.makedirs("/tmp/folder", exist_ok=True)
            with open("/tmp/folder/file", "ab") as file:
                file.write(bytes(event))
    except OSError as error:
        return error.strerror
    return os.path.getsize("/tmp/folder/file")
"""


@needs_namespaces
async def test_l49_tmp_has_the_size_that_was_asked_for_and_outlives_a_timeout(
    run: Run, isolated: Runtimes, code: Path
) -> None:
    (code / "app.py").write_text(FILLS)
    settings: dict[str, Any] = {"ephemeral_storage": 2, "timeout": 2}
    async with run("app.handler", on=isolated, code=code, **settings) as running:
        assert await running.invoke(b"1000000") == (b"1000000", None)
        assert (await running.invoke(b"2000000"))[0] == b'"No space left on device"'
        full, _ = await running.invoke(b'"read"')
        for _ in range(2):
            payload, _ = await running.invoke(b'"hang"')
            assert json.loads(payload)["errorType"] == "Sandbox.Timedout"
        assert (await running.invoke(b'"read"'))[0] == full
        assert int(full) > 1_000_000
        assert (await running.invoke(b"2000000"))[0] == b'"No space left on device"'
        assert running.environments == 1


FAILS_ONCE = """
import os
had = os.path.exists("/tmp/had")
open("/tmp/had", "w").close()
if not had:
    raise ValueError("not yet")
def handler(event, context):
    return had
"""


@needs_namespaces
async def test_l70_tmp_outlives_an_init_that_fails(
    run: Run, isolated: Runtimes, code: Path
) -> None:
    (code / "app.py").write_text(FAILS_ONCE)
    async with run("app.handler", on=isolated, code=code) as running:
        assert await running.invoke() == (b"true", None)
        assert running.environments == 1


async def test_without_namespaces_python_refuses_to_write_into_the_code(
    run: Run, code: Path, tmp_path: Path
) -> None:
    kept = [f"{code}/new", "new", f"{code}/folder/"]
    other = f"{tmp_path}/elsewhere"
    async with run("app.handler", code=code) as running:
        event = json.dumps([*kept, other]).encode()
        said, *_ = json.loads((await running.invoke(event))[0])
        assert said == {**dict.fromkeys(kept, 30), other: "written"}
    assert names(code) == {"app.py"}


CHANGES: list[Any] = [
    pytest.param("os.remove('app.py')", id="remove"),
    pytest.param("os.rename('app.py', '/tmp/x')", id="rename"),
    pytest.param("os.rename(os.environ['TMPDIR'], 'x')", id="rename into it"),
    pytest.param("os.symlink('/', 'x')", id="link"),
    pytest.param("os.truncate('app.py', 0)", id="truncate"),
    pytest.param("os.open('x', os.O_CREAT)", id="create"),
    pytest.param("open('app.py', 'ab')", id="append"),
    pytest.param("__import__('pathlib').Path('x').mkdir()", id="pathlib"),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
async def test_without_namespaces_any_change_by_python_is_refused(
    run: Run, tmp_path: Path, change: str
) -> None:
    code = tmp_path / "code"
    code.mkdir()
    text = f"import os\ndef handler(event, context):\n    {change}\n"
    (code / "app.py").write_text(text)
    async with run("app.handler", code=code) as running:
        payload, _ = await running.invoke()
        assert "Read-only file system" in json.loads(payload)["errorMessage"]
    assert (code / "app.py").read_text() == text


def script(view: View) -> list[str]:
    command = Isolation(("unshare",), ("back",)).command(["run", "it"], view)
    assert command[:3] == ["unshare", "/bin/sh", "-c"]
    return command[3].splitlines()


VIEW = View(Path("/code"), Path("/state/env/tmp"), read_only=[Path("/code")])


def test_the_mounts_come_first_and_the_users_command_last() -> None:
    assert script(VIEW)[0] == "mount --rbind /state/env/tmp /tmp"
    assert script(VIEW)[1].startswith("mount --rbind -o ro /code /code ")
    assert script(VIEW)[2:] == ["cd /code", "exec back run it"]


def test_l49_tmp_is_in_memory_if_there_is_enough_of_it(tmp_path: Path) -> None:
    bounded = script(replace(VIEW, storage=1))
    assert bounded[0].startswith("mount -t tmpfs -o size=1m,mode=1777 tmpfs /state/env/tmp")
    assert bounded[1:] == script(VIEW)
    assert script(replace(VIEW, storage=2**40)) == script(VIEW)
    saved = script(replace(VIEW, storage=1, saved=tmp_path))
    assert saved[1] == f"cp -a {tmp_path}/. /state/env/tmp/"
    assert script(replace(VIEW, storage=1, saved=tmp_path / "none")) == bounded


def test_what_is_written_to_is_made_before_it_is_mounted(tmp_path: Path) -> None:
    """It is so for a test's folder, which is below /tmp; elsewhere nothing is mounted over it."""
    cache = Path("/tmp") / tmp_path.name / "cache"
    view = replace(VIEW, temporary=tmp_path / "env", writable=[cache], needed=[cache])
    view.temporary.mkdir()
    mounts = script(view)
    assert cache.is_dir()
    assert mounts[2] == f"mount --bind {cache} {view.temporary}/{tmp_path.name}/cache"
    cache.rmdir()
    cache.parent.rmdir()


def test_what_is_mounted_below_a_needed_folder_is_there_too(tmp_path: Path) -> None:
    needed = Path("/tmp/project")
    lines = script(replace(VIEW, temporary=tmp_path, needed=[needed / "state"]))
    assert f"mount --rbind -o ro {needed} {tmp_path}/project" in lines


@pytest.mark.skipif(not Path("/opt").is_dir(), reason="there is no /opt")
def test_layers_are_at_opt_unless_that_is_needed() -> None:
    one, two = Path("/l/1"), Path("/l/2")
    assert "mount --bind -o ro /l/1 /opt 2>/dev/null" in script(replace(VIEW, layers=[one]))
    both = script(replace(VIEW, layers=[two, one]))
    assert "mount -t overlay -o ro,lowerdir=/l/2:/l/1 overlay /opt 2>/dev/null" in both
    needed = script(replace(VIEW, layers=[one], needed=[Path("/opt/python/bin/python")]))
    assert not any("/opt" in line for line in needed)


def test_a_system_without_the_programs_has_no_namespaces() -> None:
    assert find_isolation("/nowhere") is None


def test_programs_that_fail_mean_no_namespaces(tmp_path: Path) -> None:
    for name in ("unshare", "mount"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    assert find_isolation(str(tmp_path)) is None
