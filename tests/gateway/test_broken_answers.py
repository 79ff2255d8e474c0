"""Answers of functions that are broken in every way, before each kind of API (R2 to R21, H20)."""

import json
from typing import Any

import pytest
from gateway.behind import KINDS, Proxied, get, values, wire

FAILED = {
    "rest": (502, b'{"message": "Internal server error"}'),
    "http": (500, b'{"message":"Internal Server Error"}'),
    "http-1.0": (500, b'{"message":"Internal Server Error"}'),
    "url": (502, b"Internal Server Error"),
}

# What is wrong for every kind.
MALFORMED: list[Any] = [
    {"statusCode": "abc"},
    {"statusCode": ""},
    {"statusCode": "200.5"},
    {"statusCode": "-200"},
    {"statusCode": "+200"},
    {"statusCode": " 200"},
    {"statusCode": "2_00"},
    {"statusCode": "\uff12\uff10\uff10"},
    {"statusCode": "2" * 5000},
    {"statusCode": 0},
    {"statusCode": -1},
    {"statusCode": 99},
    {"statusCode": 100},
    {"statusCode": 199},
    {"statusCode": 600},
    {"statusCode": 1e300},
    {"statusCode": True},
    {"statusCode": False},
    {"statusCode": []},
    {"statusCode": [200]},
    {"statusCode": {}},
    {"statusCode": 200, "headers": "x"},
    {"statusCode": 200, "headers": 1},
    {"statusCode": 200, "headers": True},
    {"statusCode": 200, "headers": [["a", "b"]]},
    {"statusCode": 200, "headers": {"X-A": None}},
    {"statusCode": 200, "headers": {"X-A": {}}},
    {"statusCode": 200, "headers": {"X-A": ["a"]}},
    {"statusCode": 200, "headers": {"": "a"}},
    {"statusCode": 200, "headers": {" ": "a"}},
    {"statusCode": 200, "headers": {"X A": "a"}},
    {"statusCode": 200, "headers": {"X-A:": "a"}},
    {"statusCode": 200, "headers": {"X-É": "a"}},
    {"statusCode": 200, "headers": {"X\r\nY": "a"}},
    {"statusCode": 200, "headers": {"X(A)": "a"}},
    {"statusCode": 200, "headers": {"X-A\u0000": "a"}},
    {"statusCode": 200, "headers": {"X-A": "a\r\nX-B: b"}},
    {"statusCode": 200, "headers": {"X-A": "a\nb"}},
    {"statusCode": 200, "headers": {"X-A": "a\rb"}},
    {"statusCode": 200, "headers": {"X-A": "a\u0000b"}},
    {"statusCode": 200, "headers": {"X-A": "a\u007fb"}},
    {"statusCode": 200, "body": {}},
    {"statusCode": 200, "body": []},
    {"statusCode": 200, "body": 1},
    {"statusCode": 200, "body": 1.5},
    {"statusCode": 200, "body": True},
    {"statusCode": 200, "isBase64Encoded": "true"},
    {"statusCode": 200, "isBase64Encoded": 1},
    {"statusCode": 200, "isBase64Encoded": []},
    b"",
    b"not json",
    b'{"statusCode": 200',
    b'{"statusCode": NaN}',
    b'{"statusCode": Infinity}',
    b'{"statusCode": 200, "headers": {"X-A": NaN}}',
    b'{"statusCode": 200, "headers": {"X-A": 1e999}}',
    b'{"statusCode": 200, "body": "x"} more',
    b"\xff\xfe",
    b"[" * 100_000,
]


def shown(result: Any) -> str:
    text = result.decode("latin-1") if isinstance(result, bytes) else json.dumps(result)
    return text[:60]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("result", MALFORMED, ids=shown)
async def test_what_is_malformed_everywhere(kind: str, result: Any) -> None:
    exchange = await Proxied(result).by(kind, get())
    assert (exchange.response.status, exchange.response.body) == FAILED[kind]
    assert "malformed proxy response" in str(exchange.explanation)


OF_FORMAT_1: list[Any] = [
    {"statusCode": 200, "multiValueHeaders": "x"},
    {"statusCode": 200, "multiValueHeaders": []},
    {"statusCode": 200, "multiValueHeaders": {"X-A": "a"}},
    {"statusCode": 200, "multiValueHeaders": {"X-A": None}},
    {"statusCode": 200, "multiValueHeaders": {"X-A": {}}},
    {"statusCode": 200, "multiValueHeaders": {"X-A": [None]}},
    {"statusCode": 200, "multiValueHeaders": {"X-A": [["a"]]}},
    {"statusCode": 200, "multiValueHeaders": {"X A": ["a"]}},
    {"statusCode": 200, "multiValueHeaders": {"X-A": ["a\nb"]}},
    "text",
    [],
    None,
    7,
    True,
]


@pytest.mark.parametrize("kind", ["rest", "http-1.0"])
@pytest.mark.parametrize("result", OF_FORMAT_1, ids=shown)
async def test_r10_h24_what_is_malformed_in_format_1_0(kind: str, result: Any) -> None:
    given = json.dumps(result).encode()
    exchange = await Proxied(given).by(kind, get())
    assert (exchange.response.status, exchange.response.body) == FAILED[kind]


OF_FORMAT_2: list[Any] = [
    {"statusCode": 200, "cookies": "a=1"},
    {"statusCode": 200, "cookies": {"a": "1"}},
    {"statusCode": 200, "cookies": [None]},
    {"statusCode": 200, "cookies": [["a"]]},
    {"statusCode": 200, "cookies": ["a=1\r\nX: y"]},
]


@pytest.mark.parametrize("kind", ["http", "url"])
@pytest.mark.parametrize("result", OF_FORMAT_2, ids=shown)
async def test_h22_h25_what_is_malformed_in_format_2_0(kind: str, result: Any) -> None:
    exchange = await Proxied(result).by(kind, get())
    assert (exchange.response.status, exchange.response.body) == FAILED[kind]


@pytest.mark.parametrize(
    "result",
    [{"status": 200}, {"statuscode": 200}, {"statusCode": 200, "cookies": []}, {"Headers": {}}],
    ids=shown,
)
async def test_r3_another_key_is_malformed(result: Any) -> None:
    exchange = await Proxied(result).rest(get())
    assert (exchange.response.status, exchange.response.body) == FAILED["rest"]


NO_BASE64 = ["a", "a===", "a b=", "é", "iVBO\nRw0K", "iVBORw0K=", "_-==", "%%%%"]


@pytest.mark.parametrize("body", NO_BASE64)
async def test_r21_a_body_that_is_no_base64(body: str) -> None:
    """A fault of the API (API_CONFIGURATION_ERROR), not of the answer's form."""
    result = {"statusCode": 200, "body": body, "isBase64Encoded": True}
    exchange = await Proxied(result).rest(get(), binary_media_types=("*/*",))
    assert exchange.response.status == 500
    assert exchange.response.body == b'{"message": "Internal server error"}'
    assert values(exchange, "x-amzn-errortype") == ["InternalServerErrorException"]
    exchange = await Proxied(result).rest(get())
    assert (exchange.response.status, exchange.response.body) == (200, body.encode())
    for kind in ("http", "http-1.0", "url"):
        exchange = await Proxied(result).by(kind, get())
        assert (exchange.response.status, exchange.response.body) == FAILED[kind]


# What every kind takes: the result, the status, and the body.
TAKEN: list[Any] = [
    ({"statusCode": "201"}, 201, b""),
    ({"statusCode": 201.9}, 201, b""),
    ({"statusCode": 599}, 599, b""),
    ({"statusCode": 200, "headers": None, "body": None, "isBase64Encoded": None}, 200, b""),
    ({"statusCode": 200, "headers": {}}, 200, b""),
    ({"statusCode": 200, "body": ""}, 200, b""),
    ({"statusCode": 200, "body": "né 🎈"}, 200, "né 🎈".encode()),
    ({"statusCode": 200, "body": "\ud800"}, 200, b"?"),
    ({"statusCode": 200, "body": "", "isBase64Encoded": True}, 200, b""),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("result", "status", "body"), TAKEN, ids=shown)
async def test_what_is_taken_everywhere(kind: str, result: Any, status: int, body: bytes) -> None:
    exchange = await Proxied(result).by(kind, get())
    assert (exchange.response.status, exchange.response.body) == (status, body)
    assert exchange.explanation is None


VALUES: list[Any] = [
    (600, "600"),
    (0, "0"),
    (-1.5, "-1.5"),
    (True, "true"),
    (False, "false"),
    ("", ""),
    ("a\tb", "a\tb"),
    ("né", "né"),
    ("🎈", "🎈"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("given", "sent"), VALUES)
async def test_r14_values_that_headers_may_have(kind: str, given: Any, sent: str) -> None:
    exchange = await Proxied({"statusCode": 200, "headers": {"X-A": given}}).by(kind, get())
    assert values(exchange, "x-a") == [sent]
    start = (await wire(exchange.response))[0]
    assert (b"X-A", sent.encode()) in start["headers"]


@pytest.mark.parametrize("kind", KINDS)
async def test_half_a_character_in_a_header_is_a_question_mark(kind: str) -> None:
    result = b'{"statusCode": 200, "headers": {"X-A": "a\\ud800b"}}'
    exchange = await Proxied(result).by(kind, get())
    assert (b"X-A", b"a?b") in (await wire(exchange.response))[0]["headers"]


SPELLINGS: list[Any] = [
    ({"X-A": "1"}, {"x-a": ["2"]}, ["2", "1"]),
    ({"x-a": "1"}, {"X-A": ["1"]}, ["1"]),
    ({"x-a": "1", "X-A": "2"}, None, ["1", "2"]),
    (None, {"x-a": ["1"], "X-A": ["2", "1"]}, ["1", "2", "1"]),
    ({"X-A": "3"}, {"x-a": ["1"], "X-a": ["2"]}, ["1", "2", "3"]),
    ({"X-A": "1"}, {"X-A": []}, ["1"]),
]


@pytest.mark.parametrize("kind", ["rest", "http-1.0"])
@pytest.mark.parametrize(("single", "multiple", "sent"), SPELLINGS)
async def test_r11_names_that_differ_in_case_are_one(
    kind: str, single: Any, multiple: Any, sent: list[str]
) -> None:
    result = {"statusCode": 200, "headers": single, "multiValueHeaders": multiple}
    exchange = await Proxied(result).by(kind, get())
    assert values(exchange, "x-a") == sent


@pytest.mark.parametrize("kind", ["rest", "http-1.0"])
@pytest.mark.parametrize("name", ["content-type", "CONTENT-TYPE"])
async def test_r7_the_type_is_there_once(kind: str, name: str) -> None:
    result = {"statusCode": 200, "headers": {name: "a/b"}, "multiValueHeaders": {name: ["a/b"]}}
    exchange = await Proxied(result).by(kind, get())
    assert values(exchange, "content-type") == ["a/b"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("status", "length"), [(200, b"1"), (204, None), (304, None), (404, b"1")])
async def test_204_and_304_have_no_body(kind: str, status: int, length: bytes | None) -> None:
    exchange = await Proxied({"statusCode": status, "body": "x"}).by(kind, get())
    start, body = await wire(exchange.response)
    assert (start["status"], body["body"]) == (status, b"x" if length else b"")
    assert dict(start["headers"]).get(b"Content-Length") == length


@pytest.mark.parametrize("kind", ["rest", "http", "http-1.0"])
async def test_x22_headers_that_are_too_large_together(kind: str) -> None:
    for size, failed in ((5_000, False), (6_000, True)):
        headers = {"X-A": "a" * size, "X-B": "é" * (size // 2)}
        exchange = await Proxied({"statusCode": 200, "headers": headers}).by(kind, get())
        answered = (exchange.response.status, exchange.response.body)
        assert answered == (FAILED[kind] if failed else (200, b""))
