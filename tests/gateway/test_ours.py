"""What is ours answers this machine's programs, and at its own port the console's pages (ADR 8)."""

import pytest
from gateway.conftest import Answer, Gateway

PATHS = ["/_local/health", "/_local/requests", "/2015-03-31/functions/f/invocations"]
HOST = "Host: localhost"
CHROMIUM = ("Accept: text/html,*/*", "Accept-Language: en")


def ask(gateway: Gateway, path: str, *lines: str, port: int | None = None) -> Answer:
    head = "".join(f"{line}\r\n" for line in (*lines, "Connection: close"))
    return gateway.send(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode(), port)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.example.com", "localhost.example.com", "192.168.1.7"])
def test_a_foreign_host_is_refused(gateway: Gateway, path: str, host: str) -> None:
    answer = ask(gateway, path, f"Host: {host}")
    assert answer.status == 403
    assert b"use localhost or 127.0.0.1" in answer.body


@pytest.mark.parametrize("path", [*PATHS, "/users"])
@pytest.mark.parametrize(
    "lines", [[], ["Host: "], [HOST, HOST], ["Host: evil.example@localhost"]], ids=str
)
def test_a_request_has_one_host(gateway: Gateway, path: str, lines: list[str]) -> None:
    assert ask(gateway, path, *lines).status == 400


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "lines",
    [
        ["Origin: https://evil.example.com"],
        ["Origin: null"],
        ["Origin: http://["],
        ["Origin: http://localhost:3000"],
        ["Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: same-site"],
        ["Sec-Fetch-Site: same-origin"],
        ["Accept-Language: en"],
    ],
    ids=str,
)
def test_a_page_is_refused(gateway: Gateway, path: str, lines: list[str]) -> None:
    answer = ask(gateway, path, HOST, *lines)
    assert (answer.status, answer.header("access-control-allow-origin")) == (403, None)


@pytest.mark.parametrize("host", ["LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "app.localhost"])
def test_programs_are_answered(gateway: Gateway, host: str) -> None:
    assert ask(gateway, "/_local/health", f"Host: {host}").status == 200
    assert ask(gateway, "/_local/health", f"Host: {host}", port=gateway.console_port).status == 200


@pytest.mark.parametrize(
    ("host", "name"),
    [("localhost:8000", "localhost"), ("127.0.0.1", "127.0.0.1"), ("[::1]:8000", "[::1]")],
)
@pytest.mark.parametrize("site", ["none", "same-origin", "cross-site"])
def test_a_browser_is_led_to_the_console(gateway: Gateway, host: str, name: str, site: str) -> None:
    lines = (f"Host: {host}", f"Sec-Fetch-Site: {site}", *CHROMIUM)
    answer = ask(gateway, "/_local/", *lines)
    there = f"http://{name}:{gateway.console_port}/_local/"
    assert (answer.status, answer.header("location")) == (307, there)


def test_the_consoles_port_answers_its_own_pages(gateway: Gateway) -> None:
    port = gateway.console_port
    own = (f"Host: localhost:{port}", f"Origin: http://localhost:{port}", *CHROMIUM)
    assert ask(gateway, "/_local/health", *own, port=port).status == 200
    assert ask(gateway, "/", *own, port=port).header("location") == "/_local/"


@pytest.mark.parametrize(
    "line",
    [
        "Origin: http://localhost:8000",
        "Origin: null",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: cross-site",
        "Host: evil.example.com",
    ],
)
def test_the_consoles_port_answers_no_other_page(gateway: Gateway, line: str) -> None:
    host = [] if line.startswith("Host") else [f"Host: localhost:{gateway.console_port}"]
    answer = ask(gateway, "/_local/health", *host, line, port=gateway.console_port)
    assert answer.status == 403


def test_the_invoke_api_is_not_at_the_consoles_port(gateway: Gateway) -> None:
    answer = ask(gateway, PATHS[2], HOST, port=gateway.console_port)
    assert answer.status == 307


def test_routes_of_the_api_take_any_host_and_page(gateway: Gateway) -> None:
    lines = ("Host: shop.example.com", "Origin: https://a.example", "Sec-Fetch-Site: cross-site")
    assert ask(gateway, "/users", *lines).status == 200
