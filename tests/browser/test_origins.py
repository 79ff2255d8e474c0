"""What pages of other origins, in a real browser, can do with what runs here: nothing."""

import http.server
import threading
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


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """Serve an empty page on a port of its own."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<p>elsewhere</p>")

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


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
