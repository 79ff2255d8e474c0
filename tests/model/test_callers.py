"""Which requests are refused where only this machine's programs, or its console, may ask."""

import pytest
from visitplannr.model.callers import any_page, foreign_host, foreign_page, malformed_host

CONSOLE = "http://localhost:8001"
CHROMIUM = ("Sec-Fetch-Mode: cors", "Accept-Language: en")


def headers(*lines: str) -> list[tuple[bytes, bytes]]:
    pairs = (line.split(": ", 1) for line in lines)
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        (["localhost"], None),
        (["LOCALHOST:8000"], None),
        (["127.0.0.1:34189"], None),
        (["127.9.9.9"], None),
        (["[::1]:8000"], None),
        (["bucket.s3.localhost:4566"], None),
        (["fn.lambda-url.localhost"], None),
        (["evil.example.com"], 403),
        (["localhost.example.com"], 403),
        (["notlocalhost"], 403),
        (["192.168.1.7"], 403),
        (["0.0.0.0:8000"], 403),
        (["[::]"], 403),
        (["["], 400),
        ([], 400),
        ([""], 400),
        ([" "], 400),
        (["localhost", "localhost"], 400),
        (["evil.example.com", "localhost"], 400),
        (["evil.example@localhost"], 400),
        (["a:b@127.0.0.1:8000"], 400),
    ],
)
def test_a_request_is_for_one_host_of_this_machine(hosts: list[str], status: int | None) -> None:
    refusal = foreign_host(headers(*(f"Host: {host}" for host in hosts)))
    assert (refusal and refusal.status) == status


def test_the_applications_own_routes_take_any_one_host() -> None:
    assert malformed_host(headers("Host: shop.example.com")) is None
    assert malformed_host(headers("Host: a", "HOST: b")) is not None


@pytest.mark.parametrize(
    ("lines", "allowed"),
    [
        ([], True),
        (["Sec-Fetch-Site: none"], True),
        (["Sec-Fetch-Site: same-origin"], True),
        ([f"Origin: {CONSOLE}", "Sec-Fetch-Site: same-origin"], True),
        (["Sec-Fetch-Site: same-site"], False),
        (["Sec-Fetch-Site: cross-site"], False),
        (["Origin: null"], False),
        (["Origin: "], False),
        (["Origin: http://localhost:8000"], False),
        (["Origin: http://127.0.0.1:8001"], False),
        (["Origin: https://localhost:8001"], False),
        (["Origin: https://evil.example", "Sec-Fetch-Site: same-origin"], False),
    ],
)
def test_an_origin_of_its_own_takes_its_own_pages(lines: list[str], allowed: bool) -> None:
    assert (foreign_page(headers(*lines), CONSOLE) is None) == allowed


@pytest.mark.parametrize(
    ("lines", "allowed"),
    [
        pytest.param([], True, id="curl"),
        pytest.param(["Accept-Language: *", "Sec-Fetch-Mode: cors"], True, id="Node.js"),
        pytest.param(["Sec-Fetch-Site: none", *CHROMIUM], True, id="typed into the address bar"),
        pytest.param(["Sec-Fetch-Site: same-origin", *CHROMIUM], False, id="a page of the API"),
        pytest.param(["Sec-Fetch-Site: same-site", *CHROMIUM], False, id="of another port"),
        pytest.param(["Sec-Fetch-Site: cross-site", *CHROMIUM], False, id="of another site"),
        pytest.param(["Origin: null"], False, id="of a file or sandbox"),
        pytest.param([f"Origin: {CONSOLE}"], False, id="of the console, which has its own port"),
        pytest.param(["Accept-Language: *"], False, id="of the API, in a browser without metadata"),
    ],
)
def test_what_is_for_programs_takes_no_page(lines: list[str], allowed: bool) -> None:
    assert (any_page(headers(*lines)) is None) == allowed
