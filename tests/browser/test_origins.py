"""What pages of other origins, in a real browser, can do with what runs here: nothing."""

import uuid
from collections.abc import Iterator

import pytest
from integration.running import Stack
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.terminal
TRY = """async ([url, method]) => {
  try {
    const answer = await fetch(url, { method, body: method === "POST" ? "{}" : undefined });
    return `${answer.status} ${await answer.text()}`;
  } catch (error) {
    return "unreadable";
  }
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "attacker.example"])
def test_a_page_from_elsewhere_reads_and_does_nothing(
    stack: Stack, page: Page, elsewhere: int, name: str
) -> None:
    page.goto(f"http://{name}:{elsewhere}/")
    before = len(stack.http.get("/_local/invocations").json())
    function = stack.physical_id("ProposeDestinationFunction")
    invoke = f"/2015-03-31/functions/{function}/invocations"
    for url, method in (
        (f"{stack.endpoint_url}/", "POST"),
        (f"{stack.endpoint_url}{invoke}", "POST"),
        (f"{stack.endpoint_url}/_ministack/reset", "POST"),
        (f"{stack.url}{invoke}", "POST"),
        (f"{stack.url}/_local/invocations", "GET"),
        (f"{stack.url}/_local/", "GET"),
    ):
        assert page.evaluate(TRY, [url, method]) == "unreadable"
    assert len(stack.http.get("/_local/invocations").json()) == before


@pytest.mark.parametrize("path", ["/_local/invocations", "/_local/", "/_local/overview"])
def test_a_page_of_the_application_cannot_read_what_is_ours(
    stack: Stack, page: Page, path: str
) -> None:
    page.goto(f"{stack.url}/nowhere")
    assert page.evaluate(TRY, [path, "GET"]).startswith(("403", "unreadable"))


@pytest.mark.parametrize("path", ["/_local/", "/_local/invocations"])
def test_a_name_that_is_rebound_gets_nothing(stack: Stack, page: Page, path: str) -> None:
    rebound = stack.url.replace("127.0.0.1", "attacker.example")
    answer = page.goto(f"{rebound}{path}")
    assert answer
    assert answer.status == 403


def test_the_console_opens_on_an_origin_of_its_own(stack: Stack, page: Page) -> None:
    page.goto(f"{stack.url}/_local/#logs")
    assert page.url.endswith("/_local/#logs")
    assert not page.url.startswith(stack.url + "/")


@pytest.fixture
def bucket(stack: Stack, elsewhere: int) -> Iterator[str]:
    """A bucket whose objects the pages from elsewhere may read, if they say `localhost`."""
    client, name = stack.client("s3"), f"photos-{uuid.uuid4().hex[:8]}"
    client.create_bucket(Bucket=name)
    rule = {"AllowedOrigins": [f"http://localhost:{elsewhere}"], "AllowedMethods": ["GET"]}
    client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})
    client.put_object(Bucket=name, Key="a", Body=b"picture")
    yield name
    client.delete_object(Bucket=name, Key="a")
    client.delete_bucket(Bucket=name)


@pytest.mark.parametrize(("name", "read"), [("localhost", True), ("127.0.0.1", False)])
def test_a_front_end_on_another_port_reads_s3_as_the_bucket_says(
    stack: Stack, page: Page, elsewhere: int, bucket: str, name: str, read: bool
) -> None:
    page.goto(f"http://{name}:{elsewhere}/")
    url = stack.endpoint_url.replace("127.0.0.1", name)
    found = page.evaluate(TRY, [f"{url}/{bucket}/a", "GET"])
    assert found == ("200 picture" if read else "unreadable")
