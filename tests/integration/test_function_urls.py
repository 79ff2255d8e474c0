"""Functions with URLs of their own, as `visitplannr up` serves and hands them out."""

import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from integration.running import Emulated, Stack
from integration.signing import signature
from integration.test_applications import running


@pytest.fixture(scope="module")
def addressed(stack: Emulated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running("addressed", stack, tmp_path_factory.mktemp("addressed")) as application:
        yield application


def signed(application: Stack) -> dict[str, str]:
    return signature("lambda", f"{application.url}/_urls/Guarded/")


def base(application: Stack) -> str:
    return f"http://localhost:{httpx.URL(application.url).port}"


def test_function_urls_are_printed_and_listed(addressed: Stack) -> None:
    here = base(addressed)
    assert addressed.http.get("/_local/urls").json() == {
        "apis": {"ServerlessHttpApi": here},
        "functions": {name: f"{here}/_urls/{name}/" for name in ("Greeter", "Guarded", "Teller")},
    }
    for name in ("Greeter", "Guarded", "Teller"):
        addressed.wait_for(rf"^  {name}  {here}/_urls/{name}/$")


def test_what_is_handed_out_is_local(addressed: Stack) -> None:
    here = base(addressed)
    assert addressed.http.get("/_local/outputs").json() == {
        "Greeter": f"{here}/_urls/Greeter/",
        "Api": here,
    }
    known = addressed.http.get("/_urls/Guarded/", headers=signed(addressed)).json()
    assert known["GREETER"] == f"{here}/_urls/Greeter/"
    assert known["PLACES"] == f"a={here}/ask,b={here}/_urls/Teller/x"


@pytest.mark.parametrize("host", [None, "greeter.lambda-url.localhost"])
def test_a_function_url_has_two_forms(addressed: Stack, host: str | None) -> None:
    path, headers = ("/_urls/Greeter/ask", {}) if host is None else ("/ask", {"Host": host})
    answer = addressed.http.get(path, params={"a": "1"}, headers=headers)
    assert answer.status_code == 200
    assert (answer.json()["path"], answer.json()["query"]) == ("/ask", "a=1")


@pytest.mark.parametrize("path", ["/_local/health", "/2015-03-31/functions/Greeter/invocations"])
def test_on_its_own_host_all_paths_are_the_functions(addressed: Stack, path: str) -> None:
    host = {"Host": f"GREETER.lambda-url.localhost:{httpx.URL(addressed.url).port}"}
    assert addressed.http.get(path, headers=host).json()["path"] == path


def test_cors_is_as_the_template_says(addressed: Stack) -> None:
    origin = {"Origin": "https://a.example"}
    asked = {**origin, "Access-Control-Request-Method": "GET"}
    preflight = addressed.http.options("/_urls/Greeter/", headers=asked)
    assert preflight.headers["Access-Control-Max-Age"] == "60"
    answer = addressed.http.get("/_urls/Greeter/", headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://a.example"


def test_a_url_that_asks_for_signatures(addressed: Stack) -> None:
    refused = addressed.http.get("/_urls/Guarded/")
    assert (refused.status_code, refused.json()) == (403, {"Message": "Forbidden"})
    assert addressed.http.get("/_urls/Guarded/", headers=signed(addressed)).status_code == 200


def streamed(application: Stack, path: str, until: Path) -> Iterator[bytes]:
    """Give the first bytes of the stream; let it go on, and give the rest."""
    query = urllib.parse.urlencode({"until": str(until)})
    with application.http.stream("GET", f"/_urls/Teller{path}?{query}") as answer:
        assert (answer.status_code, answer.headers["set-cookie"]) == (202, "a=1")
        chunks = answer.iter_raw()
        yield next(chunks)
        until.touch()
        yield b"".join(chunks)


def test_a_stream_arrives_as_it_is_written(addressed: Stack, tmp_path: Path) -> None:
    chunks = streamed(addressed, "/", tmp_path / "go")
    assert list(chunks) == [b"once upon a time", b", the end"]


def test_a_stream_that_breaks_off_is_not_taken_for_the_whole(
    addressed: Stack, tmp_path: Path
) -> None:
    chunks = streamed(addressed, "/broken", tmp_path / "go")
    assert next(chunks) == b"once upon a time"
    with pytest.raises(httpx.RemoteProtocolError):
        next(chunks)
    addressed.wait_for(r"Teller.* failed: Error: lost the thread, within its answer \[U53\]")
    assert "Traceback" not in addressed.output
    assert "ASGI" not in addressed.output
