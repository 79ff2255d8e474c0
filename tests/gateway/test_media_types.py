"""When a REST API treats a body as binary, on the way in and on the way out (E14, R20 to R25)."""

import base64
from typing import Any

import pytest
from gateway.behind import Proxied, get
from gateway.integrated import request

BYTES = b"\x89PNG\xff"
TEXT = base64.b64encode(BYTES)
CONFIGURED: dict[str, tuple[str, ...]] = {
    "none": (),
    "png": ("image/png",),
    "images": ("image/*",),
    "left": ("*/png",),
    "all": ("*/*",),
    "json": ("application/json",),
    "charset": ("text/plain; charset=utf-8",),
}

# What is configured; the Accept lines; whether the client gets bytes.
ACCEPTED: list[Any] = [
    ("none", ["image/png"], False),
    ("none", ["*/*"], False),
    ("none", [], False),
    ("png", ["image/png"], True),
    ("png", ["IMAGE/png"], True),
    ("png", [" image/png "], True),
    ("png", ["image/png;q=0.5"], True),
    ("png", ["image/png ; q=0.5, text/html"], True),
    ("png", ["image/png,image/*,*/*;q=0.8"], True),
    ("png", ["image/webp,image/png,*/*;q=0.8"], False),
    ("png", ["image/*"], False),
    ("png", ["*/*"], False),
    ("png", ["image/jpg"], False),
    ("png", ["image/pngx"], False),
    ("png", [""], False),
    ("png", [","], False),
    ("png", [], False),
    ("png", ["image/png", "text/html"], True),
    ("png", ["text/html", "image/png"], False),
    ("images", ["image/png"], True),
    ("images", ["image/*"], True),
    ("images", ["imagex/png"], False),
    ("images", ["*/*"], False),
    ("left", ["image/png"], False),
    ("left", ["*/png"], False),
    ("all", ["image/png"], True),
    ("all", ["*/*"], True),
    ("all", ["nonsense"], True),
    ("all", [], True),
    ("json", ["application/json; charset=utf-8"], True),
    ("json", ["text/json"], False),
]


@pytest.mark.parametrize(("configured", "accept", "decoded"), ACCEPTED)
@pytest.mark.parametrize("flag", [True, False, None])
async def test_r21_to_r25_what_is_accepted(
    flag: bool | None, configured: str, accept: list[str], decoded: bool
) -> None:
    """R20, R21, R22, R23, R25: both the flag and the accepted type have to say so."""
    function = Proxied({"body": TEXT.decode(), "isBase64Encoded": flag})
    asked = get("/a", *(("Accept", line) for line in accept))
    exchange = await function.rest(asked, binary_media_types=CONFIGURED[configured])
    assert exchange.response.status == 200
    assert exchange.response.body == (BYTES if decoded and flag else TEXT)


# What is configured, the Content-Type, whether the body is base64 in the event.
SENT: list[Any] = [
    ("none", "image/png", False),
    ("png", "image/png", True),
    ("png", "Image/PNG; a=b", True),
    ("png", "image/jpg", False),
    ("png", None, False),
    ("images", "image/jpg", True),
    ("left", "image/png", False),
    ("all", "text/plain", True),
    ("all", None, True),
    ("json", None, True),
    ("json", "application/json;charset=utf-8", True),
    ("json", "application/jsonx", False),
]


@pytest.mark.parametrize(("configured", "content_type", "is_base64"), SENT)
async def test_e14_bodies(configured: str, content_type: str | None, is_base64: bool) -> None:
    function = Proxied()
    headers = [("content-type", content_type)] if content_type is not None else []
    asked = request("POST", "/a", BYTES, *headers)
    await function.rest(asked, binary_media_types=CONFIGURED[configured])
    assert function.event["isBase64Encoded"] is is_base64
    text = BYTES.decode("utf-8", errors="replace")
    assert function.event["body"] == (TEXT.decode() if is_base64 else text)


@pytest.mark.parametrize("accept", ["image/png", "*/*", None])
@pytest.mark.parametrize("kind", ["http", "http-1.0", "url"])
async def test_h23_elsewhere_the_flag_alone_decides(kind: str, accept: str | None) -> None:
    asked = get("/a", *([("Accept", accept)] if accept else []))
    for flag, body in ((True, BYTES), (False, TEXT), (None, TEXT)):
        result = {"statusCode": 200, "body": TEXT.decode(), "isBase64Encoded": flag}
        exchange = await Proxied(result).by(kind, asked)
        assert exchange.response.body == body
