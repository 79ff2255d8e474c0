"""What one sees and does at `/_local/`, on the embedded stack and on compose."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.conftest import OpenPage
from integration.running import Deployed
from playwright.sync_api import Page, expect

BALTIC = {
    "name": "Baltic Centre",
    "geolocation": {"latitude": 54.969, "longitude": -1.598},
    "description": "Art in a flour mill, with a lift that children love.",
}
STREAM = "destination-01a20e74-0b80-740c-ad14-89e83409ca82"
STORY: tuple[tuple[str, dict[str, str]], ...] = (
    ("DestinationProposed", {"name": "Baltic", "description": "Art in a flour mill."}),
    ("DestinationRenamed", {"name": "Baltic Centre for Contemporary Art"}),
    ("DestinationLocated", {"place": "Gateshead Quays, South Shore Road, NE8 3BA"}),
    ("DestinationPublished", {"editor": "Grace"}),
)
VIEWS = ("overview", "test", "invocations", "tables", "logs")


def propose(page: Page, body: object) -> None:
    page.get_by_label("Body", exact=True).fill(json.dumps(body, indent=2))
    page.get_by_role("button", name="Send").click()


@pytest.fixture(scope="module")
def proposed(stack: Deployed) -> Deployed:
    """Have something to see: two proposals, one of them refused, and a stream of events."""
    for body in (BALTIC, {"name": ""}):
        stack.http.post(f"{stack.url}/destination", json=body)
    for number, (what, data) in enumerate(STORY, start=1):
        item = {
            "StreamName": {"S": STREAM},
            "EventId": {"S": f"01a20e74-0b8{number}-74bf-82d6-af8ef4f99e63"},
            "Type": {"S": what},
            "OccurredAt": {"S": f"2026-11-24T16:4{number}:55.880Z"},
            "Data": {"M": {name: {"S": value} for name, value in data.items()}},
        }
        stack.client("dynamodb").put_item(TableName=stack.table(), Item=item)
    return stack


def test_the_stack_is_drawn_and_each_piece_opens(proposed: Deployed, open_page: OpenPage) -> None:
    page = open_page(f"{proposed.url}/_local/")
    expect(page.locator("#graph-lines path")).to_have_count(2)
    piece = page.locator("#piece")
    page.get_by_role("button", name="ProposeDestinationFunction python").click()
    expect(piece).to_contain_text("dynamodb:PutItem")
    expect(piece).to_contain_text("EVENTS_TABLE")
    page.get_by_role("button", name="EventsTable").click()
    expect(piece).to_contain_text("StreamName (S)")
    page.get_by_role("button", name="POST /destination").click()
    page.get_by_role("link", name="Test it").click()
    expect(page.get_by_label("Route")).to_have_value("POST /destination")


def test_a_proposal_from_the_page_arrives_everywhere(
    stack: Deployed, open_page: OpenPage, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    page = open_page(f"{stack.url}/_local/#test")
    expect(page.get_by_label("Route")).to_have_value("POST /destination")
    propose(page, BALTIC)
    result = page.locator("#test-result")
    expect(page.locator("#test-status")).to_have_text("200")
    expect(result).to_contain_text("Method completed with status: 200")
    stream = re.search(r"destination-[0-9a-f-]{36}", result.inner_text())
    assert stream
    result.get_by_text("Proxy event").click()
    expect(result.get_by_label("Event", exact=True)).to_contain_text("test-invoke-stage")

    page.get_by_role("link", name="Invocations").click()
    number = stack.http.get(f"{stack.url}/_local/invocations").json()[0]["number"]
    link = page.locator(f'a[href="#invocations/{number}"]')
    newest = page.locator("#invocations-rows tr", has=link)
    expect(newest).to_contain_text("POST /destination")
    expect(newest).to_contain_text("200")
    newest.get_by_role("link").click()
    expect(page.locator("#invocation")).to_contain_text(stream[0])
    expect(page.locator("#invocation")).to_contain_text("REPORT RequestId")
    if request.config.getoption("--target") == "embedded":  # another backend keeps no calls
        called = page.get_by_label("AWS calls in their order").get_by_role("row").nth(1)
        expect(called).to_contain_text("dynamodb PutItem")
        expect(called).to_contain_text("EventsTable")
        expect(called).to_contain_text("200")
        assert called.locator(".bar").evaluate("bar => bar.offsetWidth") >= 3

    page.get_by_role("link", name="Tables").click()
    page.get_by_label("StreamName (partition key)").fill(stream[0])
    page.get_by_role("button", name="Query").click()
    items = page.locator("#table-items")
    expect(items).to_have_class("timeline")
    expect(items.locator("article")).to_have_count(1)
    expect(items).to_contain_text("Baltic Centre")
    page.get_by_label("DynamoDB JSON").check()
    expect(items).to_contain_text('"S": "DestinationProposed"')

    page.get_by_role("link", name="Logs").click()
    expect(page.get_by_role("log")).to_contain_text("received event", timeout=10_000)


def test_a_body_is_checked_and_copied_as_curl(stack: Deployed, open_page: OpenPage) -> None:
    page = open_page(f"{stack.url}/_local/#test")
    body = page.get_by_label("Body", exact=True)
    body.fill('{"name": ')
    expect(page.locator("#test-body-check")).to_have_text("Not JSON: line 1, column 10")
    expect(body).to_have_attribute("aria-invalid", "true")
    body.fill('{"name": "St. Mary\'s"}')
    expect(page.locator("#test-body-check")).to_have_text("Valid JSON")
    page.get_by_label("Query string").fill("lang=en")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl -i -X POST 'http://127.0.0.1:")
    assert "/destination?lang=en'" in copied
    assert r"""St. Mary'\''s""" in copied


def test_the_list_is_live_and_filtered(stack: Deployed, open_page: OpenPage) -> None:
    page = open_page(f"{stack.url}/_local/#invocations")
    expect(page.locator("#connection")).to_have_text("live")
    stack.http.post(f"{stack.url}/destination", json={"name": ""})
    newest = stack.http.get(f"{stack.url}/_local/invocations").json()[0]
    row = page.locator("#invocations-rows tr", has=page.locator(f'[href$="/{newest["number"]}"]'))
    expect(row).to_contain_text("400")
    choose = page.locator("#invocations-filter")
    choose.fill("no such thing")
    expect(page.locator("#invocations-rows tr")).to_have_count(0)
    choose.fill(newest["requestId"])
    expect(page.locator("#invocations-rows tr")).to_have_count(1)


def test_markup_in_what_is_sent_stays_text(stack: Deployed, open_page: OpenPage) -> None:
    name = "<img src=x onerror=alert(1)>"
    stream = stack.http.post(f"{stack.url}/destination", json={"name": name})
    page = open_page(f"{stack.url}/_local/#tables/EventsTable/{stream.headers['x-stream-name']}")
    expect(page.locator("#table-items")).to_contain_text(name)
    assert page.locator("#table-items img").count() == 0


def test_all_views_by_keyboard(stack: Deployed, open_page: OpenPage) -> None:
    page = open_page(f"{stack.url}/_local/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    for view in VIEWS:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name=view, exact=False).first).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(f"#view-{view}")).to_be_visible()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    ("dark", "width"), [(False, 1280), (True, 1280), (False, 390)], ids=["light", "dark", "phone"]
)
def test_each_view_is_accessible_and_fits(
    proposed: Deployed,
    open_page: OpenPage,
    screenshots: Path,
    view: str,
    dark: bool,
    width: int,
) -> None:
    page = open_page(f"{proposed.url}/_local/#{view}", dark=dark, width=width)
    _fill(page, view)
    found = Axe().run(page).response["violations"]
    assert not [one for one in found if one["impact"] in {"serious", "critical"}]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if not dark and width > 1000 and view in {"overview", "test", "tables"}:
        page.screenshot(path=screenshots / f"{view}.png")


def _fill(page: Page, view: str) -> None:
    """Bring a view to where there is something to see."""
    expect(page.locator("#connection")).to_have_text("live")
    match view:
        case "overview":
            page.get_by_role("button", name="ProposeDestinationFunction python").click()
            expect(page.locator("#piece")).to_contain_text("dynamodb:PutItem")
        case "test":
            propose(page, BALTIC)
            expect(page.locator("#test-status")).to_have_text("200")
        case "invocations":
            page.locator("#invocations-rows a").first.click()
            expect(page.locator("#invocation")).to_contain_text("Log")
        case "tables":
            page.get_by_label("StreamName (partition key)").fill(STREAM)
            page.get_by_role("button", name="Query").click()
            expect(page.locator("#table-items.timeline article")).to_have_count(len(STORY))
        case "logs":
            expect(page.get_by_role("log")).to_contain_text("REPORT", timeout=10_000)
