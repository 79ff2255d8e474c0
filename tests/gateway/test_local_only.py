"""What is ours answers to this machine only: DNS rebinding and foreign pages get 403."""

import pytest
from gateway.conftest import Gateway

PATHS = ["/_local/health", "/_local/requests", "/2015-03-31/functions/f/invocations"]


def ask(gateway: Gateway, path: str, *headers: str) -> tuple[int, bytes]:
    lines = "".join(f"{line}\r\n" for line in (*headers, "Connection: close"))
    answer = gateway.send(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
    return answer.status, answer.body


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.example.com", "localhost.example.com", "192.168.1.7", ""])
def test_a_foreign_host_is_refused(gateway: Gateway, path: str, host: str) -> None:
    status, body = ask(gateway, path, f"Host: {host}")
    assert status == 403
    assert b"use localhost or 127.0.0.1" in body


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", "http://["])
def test_a_foreign_page_is_refused(gateway: Gateway, origin: str) -> None:
    status, body = ask(gateway, "/_local/health", "Host: localhost", f"Origin: {origin}")
    assert (status, b"may not use this" in body) == (403, True)


@pytest.mark.parametrize(
    "headers",
    [
        ["Host: localhost"],
        ["Host: LOCALHOST:8000"],
        ["Host: 127.0.0.1:1"],
        ["Host: [::1]:8000"],
        ["Host: app.localhost", "Origin: http://localhost:3000"],
    ],
)
def test_this_machine_is_answered(gateway: Gateway, headers: list[str]) -> None:
    assert ask(gateway, "/_local/health", *headers)[0] == 200


def test_routes_of_the_api_take_any_host(gateway: Gateway) -> None:
    assert ask(gateway, "/users", "Host: shop.example.com", "Origin: https://a.example")[0] == 200
