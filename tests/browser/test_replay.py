"""A handler broken, looked at, mended and replayed, on a stack whose code the test may edit."""

import contextlib
import http.server
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.conftest import OpenPage
from integration.running import ROOT, Stack, up
from playwright.sync_api import expect


@pytest.fixture
def project() -> Iterator[Path]:
    """Make a copy of the application that may be broken; its path is in the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "visitplannr"
        shutil.copytree(ROOT / "service/functions", copy / "service/functions")
        shutil.copy(ROOT / "template.yaml", copy)
        yield copy


@pytest.fixture
def stack(project: Path) -> Iterator[Stack]:
    with serving(project) as running:
        yield running.ready()


def serving(project: Path, *options: str) -> contextlib.AbstractContextManager[Stack]:
    named = ("--template", str(project / "template.yaml"), *options)
    return up(project.parent / "state", *named)


def test_break_see_mend_replay(
    stack: Stack, project: Path, open_page: OpenPage, screenshots: Path
) -> None:
    code = project / "service/functions/command_channel/responses.py"
    right = code.read_text(encoding="utf-8")
    page = open_page(f"{stack.url}/_local/#invocations", height=940)
    for name in ("Baltic Centre", ""):
        stack.http.post("/destination", json={"name": name})
    code.write_text(right.replace("return {", "return 1 / 0 and {", 1), encoding="utf-8")
    assert code.read_text(encoding="utf-8") != right
    assert stack.http.post("/destination", json={"name": "Seven Stories"}).status_code == 502
    page.locator("#invocations-rows tr", has_text="error").get_by_role("link").click()
    invocation = page.locator("#invocation")
    expect(page.locator("#failure")).to_have_text("ZeroDivisionError: division by zero")
    expect(invocation).to_contain_text("responses.py")
    expect(invocation).to_contain_text("1 / 0")
    page.screenshot(path=screenshots / "invocations.png")

    code.write_text(right, encoding="utf-8")
    invocation.get_by_role("button", name="Replay").click()
    expect(invocation).to_contain_text("Replayed: the results differ")
    both = page.get_by_label("Both results")
    expect(both.locator(".delete").filter(has_text="ZeroDivisionError")).to_have_count(1)
    expect(both.locator(".insert").filter(has_text='"statusCode": 200')).to_have_count(1)
    expect(page.locator("#invocations-rows tr").first).to_contain_text("200")
    page.screenshot(path=screenshots / "replay.png")

    page.get_by_role("link", name="Open the replayed one").click()
    expect(both).to_have_count(0)
    code.write_text(right.replace('"OK"', '"Thank you"'), encoding="utf-8")
    invocation.get_by_role("button", name="Replay").click()
    expect(both.locator(".insert").filter(has_text='"body": "Thank you"')).to_have_count(1)
    page.get_by_role("link", name="Logs").click()
    expect(page.locator("#logs-lines .bad")).to_contain_text("ZeroDivisionError")
    page.screenshot(path=screenshots / "logs.png")


def test_an_event_is_saved_once_and_invoked(
    stack: Stack, project: Path, open_page: OpenPage
) -> None:
    stack.http.post("/destination", json={"name": "Seven Stories"})
    page = open_page(f"{stack.url}/_local/#invocations")
    page.locator("#invocations-rows a").first.click()
    invocation = page.locator("#invocation")
    invocation.get_by_text("Event", exact=True).click()
    invocation.get_by_label("Name of the event file").fill("seven-stories")
    save = invocation.get_by_role("button", name="Save under events/")
    save.click()
    expect(invocation).to_contain_text("--event events/seven-stories.json")
    event = json.loads((project / "events/seven-stories.json").read_text(encoding="utf-8"))
    assert json.loads(event["body"]) == {"name": "Seven Stories"}
    save.click()
    expect(page.get_by_role("alert")).to_have_text("there is an event seven-stories already")
    invocation.get_by_label("Replace").check()
    save.click()
    expect(page.get_by_role("alert")).to_be_hidden()

    page.get_by_role("link", name="Test").click()
    body = page.get_by_label("Body", exact=True)
    body.fill("")
    page.get_by_label("Fill from").select_option("seven-stories")
    expect(body).to_have_value('{\n  "name": "Seven Stories"\n}')
    (project / "events/other.json").write_text('{"source": "aws.events"}', encoding="utf-8")
    page.reload()
    page.get_by_label("Fill from").select_option("other")
    expect(page.get_by_role("alert")).to_contain_text("events/other.json is not a request")


def test_past_invocations_are_there_after_a_restart(
    stack: Stack, project: Path, open_page: OpenPage
) -> None:
    stack.http.post("/destination", json={"name": "Seven Stories"})
    stack.close()
    with serving(project) as again:
        page = open_page(f"{again.ready().url}/_local/#invocations")
        expect(page.locator("#invocations-rows tr")).to_have_count(1)
        page.locator("#invocations-rows a").click()
        page.get_by_role("button", name="Replay").click()
        expect(page.locator("#invocations-rows tr")).to_have_count(2)


class _Starting(http.server.BaseHTTPRequestHandler):
    """Answers as `up` does before the stack is ready."""

    def do_GET(self) -> None:
        self.send_error(503)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_the_page_comes_back_after_a_restart(
    stack: Stack, project: Path, open_page: OpenPage
) -> None:
    page = open_page(f"{stack.url}/_local/#invocations")
    connection = page.locator("#connection")
    expect(connection).to_have_text("live")
    stack.close()
    port = int(stack.url.rpartition(":")[2])
    with http.server.HTTPServer(("127.0.0.1", port), _Starting) as starting:
        starting.timeout = 15
        starting.handle_request()
    expect(connection).to_have_text("reconnecting")
    with serving(project, "--port", str(port)) as again:
        expect(connection).to_have_text("live")
        again.ready().http.post("/destination", json={"name": "Seven Stories"})
        expect(page.locator("#invocations-rows tr")).to_have_count(1)


def test_a_changed_template_is_drawn(stack: Stack, project: Path, open_page: OpenPage) -> None:
    page = open_page(f"{stack.url}/_local/")
    expect(page.locator("#graph-tables button")).to_have_count(1)
    template = project / "template.yaml"
    text = template.read_text(encoding="utf-8")
    tables = ("EventsTable", "Another")
    another = "Resources:\n  Another:\n    Type: AWS::Serverless::SimpleTable\n"
    template.write_text(text.replace("Resources:\n", another, 1), encoding="utf-8")
    expect(page.locator("#graph-tables button")).to_have_text([*map(re.compile, tables)])
