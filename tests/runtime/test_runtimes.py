"""The runtime that a function names is what runs it, where this machine has it."""

import asyncio
import json
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from runtime.conftest import FUNCTION, HANDLERS, Run
from visitplannr.model.application import Function
from visitplannr.model.code import Code
from visitplannr.runtime.interpreter import OWN, find_python
from visitplannr.runtime.runtimes import Runtimes

HERE = Path(__file__).parent
NODE = HERE / "handlers_node"
PATH = os.environ["PATH"]
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js")


@pytest.mark.parametrize("runtime", ["python3.10", "python3.12", "python3.13", "python3.14"])
async def test_l58_a_python_that_is_here_is_used(run: Run, tmp_path: Path, runtime: str) -> None:
    runtimes = Runtimes(tmp_path / "cache", PATH, Path.home())
    function = Function("F", "f", "arn", "about.version", runtime, HANDLERS)
    there = find_python(runtime, PATH, Path.home())
    async with run("about.version", on=runtimes, runtime=runtime) as running:
        version, client, boto3 = json.loads((await running.invoke())[0])
    wanted = runtime if there else OWN
    assert f"python{version[0]}.{version[1]}" == wanted
    assert boto3 == "boto3"
    assert Path(client).name == "runtime_client.py"
    assert (list(runtimes.notices(function)) == []) is bool(there)


@pytest.mark.parametrize("runtime", ["python3.8", "python3.9"])
async def test_l58_old_pythons_run_functions_too(run: Run, tmp_path: Path, runtime: str) -> None:
    """Ours takes their place where they are not; boto3 is not given to them, as it is too new."""
    runtimes = Runtimes(tmp_path / "cache", PATH, Path.home())
    code = tmp_path / "code"
    code.mkdir()
    (code / "app.py").write_text("def echo(event, context):\n    return event\n")
    async with run("app.echo", on=runtimes, runtime=runtime, code=code) as running:
        assert await running.invoke(b'{"a": [1, null]}') == (b'{"a": [1, null]}', None)
        assert json.loads((await running.invoke(b"{"))[0])["errorType"] == "Runtime.UnmarshalError"
    given = {path.name for path in next((tmp_path / "cache").glob("packages-*")).iterdir()}
    assert "awslambdaric" in given
    assert ("boto3" in given) is (find_python(runtime, PATH, Path.home()) is None)


async def test_awslambdaric_is_where_those_who_patch_it_look(run: Run) -> None:
    async with run("patching.handler") as running:
        assert await running.invoke(b"1") == (b'["awslambdaric.bootstrap", "read by mine"]', None)


async def test_l57_our_client_carries_results_and_errors(run: Run) -> None:
    async with run("app.count") as running:
        assert [(await running.invoke())[0] for _ in range(3)] == [b"1", b"2", b"3"]
    async with run("app.fail_abroad") as running:
        payload, error = await running.invoke()
        assert (json.loads(payload)["errorMessage"], error) == ("né \u2603\x7f", "Unhandled")
    async with run("app.too_large") as running:
        assert json.loads((await running.invoke())[0])["errorType"].endswith("SizeTooLarge")
    async with run("broken_import.handler") as running:
        assert json.loads((await running.invoke())[0])["errorType"] == "Runtime.ImportModuleError"


@needs_node
async def test_l59_node_handlers_may_take_a_callback(run: Run) -> None:
    async with run("index.callback", runtime="nodejs22.x", code=NODE) as running:
        result = await running.host.invoke("Function", b'{"a": 1}')
        answer = json.loads(result.payload)
        assert answer == {"event": {"a": 1}, "id": result.request_id, "name": FUNCTION.name}
        assert result.logged is not None
        lines = await asyncio.wait_for(result.logged, 10)
        assert any(f"\t{result.request_id}\tINFO\treceived {{ a: 1 }}" in line for line in lines)


NODE_CASES: list[Any] = [
    pytest.param("module.handler", b'"x"', b'"x"', id="ES module"),
    pytest.param("index.nothing", b"{}", b"null", id="nothing returned"),
]


@needs_node
@pytest.mark.parametrize(("handler", "event", "result"), NODE_CASES)
async def test_l59_node_results(run: Run, handler: str, event: bytes, result: bytes) -> None:
    async with run(handler, runtime="nodejs22.x", code=NODE) as running:
        assert await running.invoke(event) == (result, None)


NODE_FAILURES: list[Any] = [
    pytest.param("index.fails", "TypeError", "boom", id="thrown"),
    pytest.param("index.exits", "Runtime.ExitError", "exit status 3", id="exit"),
    pytest.param("index.missing", "Runtime.HandlerNotFound", "is undefined or not", id="name"),
    pytest.param("gone.handler", "Runtime.ImportModuleError", "module 'gone'", id="module"),
]


@needs_node
@pytest.mark.parametrize(("handler", "error_type", "message"), NODE_FAILURES)
async def test_l59_node_failures(run: Run, handler: str, error_type: str, message: str) -> None:
    async with run(handler, runtime="nodejs22.x", code=NODE) as running:
        payload, error = await running.invoke()
        assert error == "Unhandled"
        failure = json.loads(payload)
        assert failure["errorType"] == error_type
        assert message in failure["errorMessage"]


@needs_node
async def test_l58_the_sdk_does_not_say_that_a_stand_in_is_old(run: Run) -> None:
    async with run("index.quiet", runtime="nodejs99.x", code=NODE) as running:
        assert await running.invoke() == (b'"true"', None)


@needs_node
async def test_saved_node_code_is_run_next(run: Run, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    async with run("index.handler", runtime="nodejs22.x", code=code) as running:
        for number in (7, 8):
            (code / "index.js").write_text(f"exports.handler = async () => {number};")
            assert (await running.invoke())[0] == str(number).encode()


PROVIDED = """#!{python}
import http.client, os
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    event = answer.read()
    request_id = answer.headers["Lambda-Runtime-Aws-Request-Id"]
    known = "AWS_EXECUTION_ENV" in os.environ
    body = b'["%s", %s, %s]' % (os.environ["_HANDLER"].encode(), event, str(known).lower().encode())
    api.request("POST", f"/2018-06-01/runtime/invocation/{{request_id}}/response", body)
    api.getresponse().read()
"""


async def test_l60_a_provided_runtime_is_its_bootstrap(run: Run, tmp_path: Path) -> None:
    bootstrap = tmp_path / "bootstrap"
    bootstrap.write_text(PROVIDED.format(python=sys.executable))
    bootstrap.chmod(0o755)
    async with run("main", runtime="provided.al2023", code=tmp_path) as running:
        for event in (b"1", b"2"):
            assert json.loads((await running.invoke(event))[0]) == ["main", int(event), False]


async def test_nothing_is_written_into_the_code(run: Run, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "other.py").write_text("TEXT = 'x'\n")
    (code / "app.py").write_text("import other\ndef handler(e, c):\n    return other.TEXT\n")
    async with run("app.handler", code=code) as running:
        assert (await running.invoke())[0] == b'"x"'
    assert sorted(path.name for path in code.iterdir()) == ["app.py", "other.py"]


async def test_l51_local_layers_are_importable(run: Run) -> None:
    async with run("layered.handler", layers=(Code(HERE / "layer"),)) as running:
        assert (await running.invoke())[0] == b'"from a layer"'


NOT_RUN: list[Any] = [
    pytest.param("java21", PATH, "its runtime is java21; Python, Node.js and provided", id="java"),
    pytest.param("nodejs22.x", "/nowhere", "there is no Node.js", id="no node"),
]


@pytest.mark.parametrize(("runtime", "path", "reason"), NOT_RUN)
def test_what_cannot_be_run_is_said(tmp_path: Path, runtime: str, path: str, reason: str) -> None:
    runtimes = Runtimes(tmp_path, path, tmp_path)
    function = Function("F", "f", "arn", "app.handler", runtime, tmp_path)
    assert not runtimes.runs(function)
    assert any(reason in line for line in runtimes.notices(function))


async def test_a_debugged_function_waits_for_its_debugger(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with run("app.echo", timeout=1, debug_ports={"Function": port}) as running:
        invocations = [asyncio.ensure_future(running.invoke(b"1")) for _ in range(2)]
        reader, writer = await connect(port)
        await asyncio.sleep(1.2)
        assert not any(one.done() for one in invocations)
        attach = {"connect": {"host": "127.0.0.1", "port": port}}
        for number, (command, arguments) in enumerate(
            [("initialize", {"adapterID": "test"}), ("attach", attach), ("configurationDone", {})],
            1,
        ):
            message = {"seq": number, "type": "request", "command": command, "arguments": arguments}
            body = json.dumps(message).encode()
            writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            if command == "attach":
                await asyncio.wait_for(reader.readuntil(b'"initialized"'), 30)
        answers = await asyncio.wait_for(asyncio.gather(*invocations), 30)
        assert answers == [(b"1", None)] * 2
        assert running.environments == 1
        writer.close()


async def test_an_unknown_function_to_debug_is_named(run: Run) -> None:
    async with run("app.echo", debug_ports={"Other": 5678}) as running:
        assert running.reports == ["there is no function Other to debug; there are: Function"]


async def connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for _ in range(300):
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
    raise AssertionError("nobody listens for a debugger")
