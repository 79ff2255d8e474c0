"""No web page gets into the backend of a running `up`, but to S3 as its bucket says."""

import json
import uuid
from collections.abc import Iterator

import httpx
import pytest
from integration.running import Stack

pytestmark = pytest.mark.terminal
FRONT_END = "http://localhost:3000"


@pytest.fixture(scope="module")
def bucket(stack: Stack) -> Iterator[str]:
    """A bucket that pages of a front end may read and write."""
    client, name = stack.client("s3"), f"photos-{uuid.uuid4().hex[:8]}"
    client.create_bucket(Bucket=name)
    rule = {"AllowedOrigins": [FRONT_END], "AllowedMethods": ["GET"], "AllowedHeaders": ["*"]}
    client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})
    client.put_object(Bucket=name, Key="a/1", Body=b"picture")
    yield name
    client.delete_object(Bucket=name, Key="a/1")
    client.delete_bucket(Bucket=name)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "attacker.example"}, 403),
        ({"Origin": "http://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": FRONT_END}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Host": "x@localhost"}, 400),
    ],
)
@pytest.mark.parametrize("path", ["/2015-03-31/functions", "/_ministack/reset", "/"])
def test_a_page_gets_nothing(stack: Stack, path: str, headers: dict[str, str], status: int) -> None:
    body = json.dumps({"FunctionName": "evil"})
    answer = httpx.post(f"{stack.endpoint_url}{path}", content=body, headers=headers)
    assert answer.status_code == status
    assert "access-control-allow-origin" not in answer.headers


def test_nobody_resets_the_backend(stack: Stack) -> None:
    assert httpx.post(f"{stack.endpoint_url}/_ministack/reset").status_code == 403


@pytest.mark.parametrize(
    ("origin", "readable"), [(FRONT_END, True), ("http://localhost:4000", False)]
)
def test_s3_is_read_as_the_bucket_says(
    stack: Stack, bucket: str, origin: str, readable: bool
) -> None:
    url = f"{stack.endpoint_url}/{bucket}/a/1"
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    preflight = httpx.options(url, headers=asked)
    read = httpx.get(url, headers={"Origin": origin})
    assert (preflight.status_code, read.status_code) == (200 if readable else 403, 200)
    allowed = read.headers.get("access-control-allow-origin")
    assert (allowed, read.content) == (origin if readable else None, b"picture")


def test_buckets_have_hosts_of_their_own(stack: Stack, bucket: str) -> None:
    port = stack.endpoint_url.rpartition(":")[2]
    host = {"Host": f"{bucket}.s3.localhost:{port}"}
    assert httpx.get(f"{stack.endpoint_url}/a/1", headers=host).content == b"picture"
