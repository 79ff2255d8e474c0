"""The console's answers, good and bad, on a running stack; `tests/browser` looks at the page."""

import json
from typing import Any

import pytest
from integration.running import Deployed

pytestmark = pytest.mark.terminal

REFUSED: list[Any] = [
    ("GET", "invocations/999999", 404, "invocation 999999 is not kept"),
    ("POST", "invocations/999999/replay", 404, "invocation 999999 is not kept"),
    ("GET", "tables/Nothing", 404, "no table Nothing"),
    ("GET", "tables/Nothing/items", 404, "no table Nothing"),
    ("GET", "tables/EventsTable/items?sort=x", 400, "the partition key StreamName is needed"),
    ("GET", "tables/EventsTable/items?start=x", 400, ""),
    ("GET", "tables/EventsTable/items?start=[1]", 400, "is no key"),
    ("GET", 'tables/EventsTable/items?start={"a":{"S":"b"}}', 502, "cannot be read"),
    ("GET", "tables/EventsTable/items?limit=0", 422, "greater than or equal to 1"),
    ("GET", "events/nothing", 404, "no saved event nothing"),
    ("PUT", "events/.hidden", 400, "a name has letters"),
    ("PUT", "events/a%2Fb", 404, ""),
    ("GET", "static/page.html", 404, "no file"),
    ("GET", "static/..%2Fpage.py", 404, ""),
    ("GET", "logs", 422, "Field required"),
]


@pytest.mark.parametrize(("method", "path", "status", "text"), REFUSED)
def test_what_cannot_be_done_is_said(
    stack: Deployed, method: str, path: str, status: int, text: str
) -> None:
    answer = stack.http.request(method, f"{stack.url}/_local/{path}", json={})
    assert (answer.status_code, text in answer.text) == (status, True)


@pytest.mark.parametrize("path", ["", "overview", "invocations/stream", "static/main.js"])
def test_other_sites_and_names_see_nothing(stack: Deployed, path: str) -> None:
    for header in ({"Host": "rebound.example"}, {"Origin": "https://example.com"}):
        answer = stack.http.get(f"{stack.url}/_local/{path}", headers=header)
        assert answer.status_code == 403


def test_the_page_loads_nothing_from_elsewhere(stack: Deployed) -> None:
    answer = stack.http.get(f"{stack.url}/_local/")
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert "//" not in answer.text.replace("<!doctype html>", "")


def test_items_page_by_page(stack: Deployed) -> None:
    for _ in range(3):
        stack.http.post(f"{stack.url}/destination", json={"name": "Seven Stories"})
    url, seen = f"{stack.url}/_local/tables/EventsTable/items", []
    start, limit = "", len(stack.events()) // 3  # other tests may have left hundreds
    while start is not None:
        page = stack.http.get(url, params={"limit": limit, "start": start}).json()
        assert len(page["items"]) <= limit
        seen += [item["plain"]["EventId"] for item in page["items"]]
        start = page["next"]
    assert len(set(seen)) == len(seen) == len(stack.events())


def test_the_stream_starts_with_all_and_goes_on(stack: Deployed) -> None:
    stack.http.post(f"{stack.url}/destination", json={"name": "Seven Stories"})
    url = f"{stack.url}/_local/invocations/stream"
    with stack.http.stream("GET", url) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "event: all"
        rows = json.loads(next(lines).removeprefix("data: "))
        stack.http.post(f"{stack.url}/destination", json={"name": "Baltic"})
        assert next(line for line in lines if line.startswith("event")) == "event: some"
        (row, *_) = json.loads(next(lines).removeprefix("data: "))
    assert row["number"] > rows[0]["number"]
    assert row["what"] == "POST /destination"


def test_whatever_runs_is_recorded(stack: Deployed) -> None:
    """The Invoke API's invocations are there, and the asynchronous ones."""
    url = f"{stack.url}/2015-03-31/functions/ProposeDestinationFunction/invocations"
    for kind in ("RequestResponse", "Event"):
        before = stack.http.get(f"{stack.url}/_local/invocations").json()[0]["number"]
        stack.http.post(url, json={"source": kind}, headers={"x-amz-invocation-type": kind})
        with stack.http.stream("GET", f"{stack.url}/_local/invocations/stream") as answer:
            for line in answer.iter_lines():
                rows = json.loads(line.removeprefix("data: ")) if line.startswith("data") else []
                if any(row["number"] > before and row["what"] == kind for row in rows):
                    break
