"""Many and long things on the page, and the ways through it."""

import json
import re
from typing import Any

import pytest
from browser.conftest import OpenPage
from integration.running import Deployed
from playwright.sync_api import Page, Route, expect

JSON = (
    ("{}", None),
    (' [1, -2.5e3, "\\u00e9\\n", true, null, {"a": []}] ', None),
    ('{"name": x}', "line 1, column 10"),
    ('{\n  "a": 1,\n}', "line 3, column 1"),
    ('{"a" 1}', "line 1, column 6"),
    ('{"a": "b', "line 1, column 7"),
    ("[1 2]", "line 1, column 4"),
    ("[01]", "line 1, column 3"),
    ("{} x", "line 1, column 4"),
    ("", "line 1, column 1"),
)


@pytest.fixture
def page(stack: Deployed, open_page: OpenPage) -> Page:
    return open_page(f"{stack.url}/_local/#test")


def put(stack: Deployed, stream: str, event: int, **more: Any) -> None:
    key = {"StreamName": {"S": stream}, "EventId": {"S": f"{event:03}"}}
    stack.client("dynamodb").put_item(TableName=stack.table(), Item={**key, **more})


def test_faults_in_json_are_placed(page: Page) -> None:
    script = "texts => import('./static/json.js').then(({faultIn}) => texts.map(faultIn))"
    assert page.evaluate(script, [text for text, _ in JSON]) == [place for _, place in JSON]


def test_statuses_have_their_colours(page: Page) -> None:
    script = "all => import('./static/page.js').then(({kind}) => all.map((one) => kind(one)))"
    statuses = ["ok", "200", 200, "running", "404", 404, "500", "error", "timeout", "lost"]
    good, warn, bad = "good", "warn", "bad"
    assert page.evaluate(script, statuses) == [good] * 3 + [warn] * 3 + [bad] * 4


def test_the_way_back_leads_through_all_that_was_opened(stack: Deployed, page: Page) -> None:
    put(stack, "back", 1)
    stack.http.post(f"{stack.url}/destination", json={"name": "Seven Stories"})
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="EventsTable").click()
    expect(page.locator("#piece")).to_contain_text("StreamName (S)")
    page.get_by_role("link", name="Invocations").click()
    page.locator("#invocations-rows a").first.click()
    expect(page.locator("#invocation")).to_be_visible()
    page.get_by_role("link", name="Tables").click()
    page.get_by_label("StreamName (partition key)").fill("back")
    page.get_by_role("button", name="Query").click()
    expect(page.locator("#table-items.timeline article")).to_have_count(1)
    assert page.url.endswith("#tables/EventsTable/back")
    for _ in range(2):
        page.go_back()
    expect(page.locator("#invocation")).to_be_visible()
    page.go_back()
    expect(page.locator("#invocation")).to_be_hidden()
    page.go_back()
    expect(page.locator("#piece")).to_contain_text("StreamName (S)")
    page.reload()
    expect(page.locator("#piece")).to_contain_text("StreamName (S)")


@pytest.mark.parametrize("part", ["%", "toString", "nothing/at/all"])
def test_an_address_of_nothing_shows_the_overview(
    stack: Deployed, open_page: OpenPage, part: str
) -> None:
    page = open_page(f"{stack.url}/_local/#{part}")
    expect(page.locator("#graph-tables button")).to_have_count(1)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_an_invocation_is_opened_and_closed_by_keyboard(stack: Deployed, page: Page) -> None:
    stack.http.post(f"{stack.url}/destination", json={"name": "Seven Stories"})
    page.get_by_role("link", name="Invocations").click()
    address = page.locator("#invocations-rows a").first.get_attribute("href")
    row = page.locator(f'#invocations-rows a[href="{address}"]')
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#invocation h3").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Replay")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#invocation")).to_be_hidden()
    expect(row).to_be_focused()


def test_an_opened_invocation_is_in_sight_on_a_phone(stack: Deployed, open_page: OpenPage) -> None:
    for _ in range(30):
        stack.http.post(f"{stack.url}/destination", json={"name": ""})
    page = open_page(f"{stack.url}/_local/#invocations", width=375, height=700)
    page.locator("#invocations-rows a").first.click()
    expect(page.get_by_role("button", name="Replay")).to_be_in_viewport()


def test_earlier_invocations_are_shown_when_asked_for(stack: Deployed, page: Page) -> None:
    for _ in range(220):
        stack.http.post(f"{stack.url}/destination", json={"name": ""})
    page.get_by_role("link", name="Invocations").click()
    rows = page.locator("#invocations-rows tr")
    expect(rows).to_have_count(200)
    page.get_by_role("button", name="Earlier ones").click()
    expect(rows.nth(219)).to_be_visible()


def test_long_lines_of_the_log_unfold_by_keyboard(stack: Deployed, page: Page) -> None:
    stack.http.post(f"{stack.url}/destination", json={"name": "Seven Stories"})
    page.get_by_role("link", name="Logs").click()
    long = page.locator("#logs-lines details", has_text="received event").last
    expect(long.locator("pre")).to_be_hidden(timeout=10_000)
    long.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(long.locator("pre")).to_contain_text('\n  "resource": "/destination",\n')
    page.locator("#logs-lines .platform", has_text="REPORT").last.get_by_role("link").click()
    expect(page.locator("#invocation")).to_contain_text("POST /destination")


def test_pages_that_were_turned_stay(stack: Deployed, page: Page) -> None:
    for number in range(30):
        put(stack, "many", number)
    page.goto(f"{stack.url}/_local/#tables/EventsTable/many")
    items = page.locator("#table-items article")
    expect(items).to_have_count(25)
    page.get_by_role("button", name="More items").click()
    expect(items).to_have_count(30)
    page.locator("h2:visible").click()
    before = page.locator("#table-facts").inner_text()
    put(stack, "many", 30)
    expect(page.locator("#table-facts")).not_to_have_text(before)
    page.wait_for_timeout(500)
    expect(items).to_have_count(30)


def test_large_numbers_are_exact(stack: Deployed, page: Page) -> None:
    number = "1795538819284123457"
    put(stack, "exact", 1, Nanoseconds={"N": number})
    page.goto(f"{stack.url}/_local/#tables/EventsTable/exact")
    expect(page.locator("#table-items")).to_contain_text(f'"Nanoseconds": {number}')
    url = f"{stack.url}/2015-03-31/functions/ProposeDestinationFunction/invocations"
    stack.http.post(url, content=json.dumps({"source": "exact", "id": int(number)}))
    page.get_by_role("link", name="Invocations").click()
    page.locator("#invocations-rows a", has_text="exact").first.click()
    page.locator("#invocation summary", has_text="Event").last.click()
    expect(page.get_by_label("Event", exact=True)).to_contain_text(f'"id": {number}')


def test_what_was_left_is_not_asked_for_any_more(page: Page) -> None:
    asked: list[str] = []
    for view in ("tables", "logs"):
        page.evaluate(f"location.hash = '{view}'; setTimeout(() => {{ location.hash = 'test' }})")
    page.wait_for_timeout(1_500)
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_500)
    assert asked == []


def test_the_last_request_is_filled_in(stack: Deployed, page: Page) -> None:
    body = '{"name": "Seven Stories", "description": "Bücher"}'
    stack.http.post(f"{stack.url}/destination?a=1&a=2", content=body.encode())
    page.reload()
    expect(page.get_by_label("Body", exact=True)).to_have_value(
        json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    )
    expect(page.get_by_label("Query string")).to_have_value("a=1&a=2")


def test_only_the_page_that_is_seen_listens(stack: Deployed, page: Page) -> None:
    """A browser has six connections to a server, for all its tabs together."""
    closed: list[str] = []
    page.on("requestfailed", lambda request: closed.append(request.url))
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    assert [url for url in closed if url.endswith("/stream")]


@pytest.mark.parametrize("late", [r"/_local/overview$", r"/_local/invocations/\d+$"])
def test_what_one_writes_is_not_overwritten(stack: Deployed, page: Page, late: str) -> None:
    stack.http.post(f"{stack.url}/destination", json={"name": "Seven Stories"})
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(late), hold)
    with page.expect_request(re.compile(late)):
        page.reload()
    body = page.get_by_label("Body", exact=True)
    body.fill("mine")
    held[0].continue_()
    expect(page.get_by_label("Route")).to_have_value("POST /destination")
    page.wait_for_timeout(500)
    expect(body).to_have_value("mine")
