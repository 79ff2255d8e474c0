"""What of the backend web pages reach: nothing but S3's objects, as its CORS configuration says."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from visitplannr.backend.server.guard import Preflight, Target, guard

HOST = "Host: 127.0.0.1:34189"
FRONT_END = "Origin: http://localhost:3000"
STAR = (b"Access-Control-Allow-Origin", b"*")


class Bucket:
    """A bucket `photos` whose configuration lets pages of port 3000 read."""

    def target(self, method: str, path: str, headers: Mapping[str, str]) -> Target | None:
        if "x-amz-target" in headers or not path.startswith("/photos"):
            return None
        return "photos", path.removeprefix("/photos/")

    def preflight(self, target: Target, headers: Mapping[str, str]) -> Preflight:
        return Preflight(200, {"Access-Control-Allow-Origin": headers["origin"]}, b"")

    def allowed(self, target: Target, method: str, headers: Mapping[str, str]) -> Mapping[str, str]:
        allowed = headers.get("origin") == "http://localhost:3000" and method == "GET"
        return {"access-control-allow-origin": headers["origin"]} if allowed else {}


class Asked:
    """What was sent back, and whether MiniStack was asked at all."""

    def __init__(self, request: str, *lines: str) -> None:
        method, path = request.split()
        self.reached = False
        self.sent: list[Any] = []
        pairs = [line.split(": ", 1) for line in lines]
        headers = [(name.lower().encode(), value.encode()) for name, value in pairs]
        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        asyncio.run(self._ask(scope))

    async def _ask(self, scope: dict[str, Any]) -> None:
        async def send(message: Any) -> None:
            self.sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request"}

        async def ministack(_scope: Any, _receive: Any, send: Any) -> None:
            self.reached = True
            await send({"type": "http.response.start", "status": 200, "headers": [STAR]})
            await send({"type": "http.response.body", "body": b"{}"})

        await guard(Bucket(), ministack)(scope, receive, send)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def readable_by(self) -> str | None:
        headers = {name.lower(): value.decode() for name, value in self.sent[0]["headers"]}
        return headers.get(b"access-control-allow-origin")


@pytest.mark.parametrize(
    ("request_line", "lines", "status"),
    [
        pytest.param("POST /", [HOST], 200, id="an SDK"),
        pytest.param("POST /", ["Host: a.s3.localhost"], 200, id="an SDK at a virtual host"),
        pytest.param("POST /", ["Host: attacker.example"], 403, id="DNS rebinding"),
        pytest.param("POST /", [HOST, "Host: x"], 400, id="two hosts"),
        pytest.param("POST /", ["Host: evil@localhost"], 400, id="user information"),
        pytest.param("POST /", [HOST, "Origin: https://attacker.example"], 403, id="a page"),
        pytest.param("POST /", [HOST, "Origin: null"], 403, id="a sandboxed page"),
        pytest.param("POST /", [HOST, FRONT_END], 403, id="a page on loopback"),
        pytest.param("POST /photos", [HOST, "Origin: null"], 403, id="a sandboxed page at S3"),
        pytest.param("GET /photos/1", [HOST, "Sec-Fetch-Site: cross-site"], 403, id="an image"),
        pytest.param("GET /photos/1", [HOST, "Sec-Fetch-Site: same-site"], 200, id="a near image"),
        pytest.param("GET /x", [HOST, "Sec-Fetch-Site: same-origin"], 403, id="a page from S3"),
        pytest.param(
            "POST /photos",
            [HOST, FRONT_END, "Content-Type: application/x-www-form-urlencoded"],
            403,
            id="the query protocol behind a bucket's path",
        ),
        pytest.param(
            "POST /photos",
            [HOST, FRONT_END, "X-Amz-Target: DynamoDB.Scan"],
            403,
            id="JSON protocol",
        ),
        pytest.param("POST /_ministack/reset", [HOST], 403, id="reset"),
        pytest.param("POST /_ministack/config", [HOST], 403, id="config"),
        pytest.param("GET /_ministack/sqs/messages", [HOST], 403, id="a page of MiniStack's"),
        pytest.param(
            "PUT /_ministack/cfn-response/t", [HOST], 200, id="a custom resource's answer"
        ),
        pytest.param("GET /_ministack/health", [HOST], 200, id="health"),
    ],
)
def test_who_reaches_ministack(request_line: str, lines: list[str], status: int) -> None:
    asked = Asked(request_line, *lines)
    assert (asked.status, asked.reached) == (status, status == 200)


def test_no_answer_is_for_every_page() -> None:
    assert Asked("POST /", HOST).readable_by is None


@pytest.mark.parametrize(
    ("request_line", "origin", "readable_by"),
    [
        ("GET /photos/1", FRONT_END, "http://localhost:3000"),
        ("PUT /photos/1", FRONT_END, None),
        ("GET /photos/1", "Origin: http://localhost:4000", None),
    ],
)
def test_s3_is_read_as_its_configuration_says(
    request_line: str, origin: str, readable_by: str | None
) -> None:
    asked = Asked(request_line, HOST, origin)
    assert (asked.status, asked.readable_by) == (200, readable_by)


def test_s3_answers_a_preflight_itself() -> None:
    asked = Asked("OPTIONS /photos/1", HOST, FRONT_END, "Access-Control-Request-Method: GET")
    assert (asked.reached, asked.readable_by) == (False, "http://localhost:3000")
    other = Asked("OPTIONS /", HOST, FRONT_END, "Access-Control-Request-Method: POST")
    assert (other.reached, other.status) == (False, 403)
