"""A handler broken, looked at, mended and replayed, on a stack whose code the test may edit."""

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.conftest import OpenPage
from integration.running import ROOT, Stack, up
from playwright.sync_api import expect


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a copy of the application that may be broken."""
    shutil.copy(ROOT / "template.yaml", tmp_path)
    shutil.copytree(ROOT / "service/functions", tmp_path / "service/functions")
    return tmp_path


@pytest.fixture
def stack(project: Path) -> Iterator[Stack]:
    with serving(project) as running:
        yield running.ready()


def serving(project: Path) -> contextlib.AbstractContextManager[Stack]:
    named = ("--template", str(project / "template.yaml"), "--stack-name", "visitplannr")
    return up(project / "state", *named)


def test_break_see_mend_replay(
    stack: Stack, project: Path, open_page: OpenPage, screenshots: Path
) -> None:
    code = project / "service/functions/visitplannr/responses.py"
    right = code.read_text(encoding="utf-8")
    page = open_page(f"{stack.url}/_local/#invocations")
    code.write_text(right.replace("return {", "return 1 / 0 and {", 1), encoding="utf-8")
    assert code.read_text(encoding="utf-8") != right
    assert stack.http.post("/destination", json={"name": "Seven Stories"}).status_code == 502
    page.locator("#invocations-rows a").first.click()
    invocation = page.locator("#invocation")
    expect(page.locator("#failure")).to_have_text("ZeroDivisionError: division by zero")
    expect(invocation).to_contain_text("responses.py")
    expect(invocation).to_contain_text("1 / 0")

    code.write_text(right, encoding="utf-8")
    invocation.get_by_role("button", name="Replay").click()
    expect(invocation).to_contain_text("Replayed: the results differ")
    both = page.get_by_label("Both results")
    expect(both.locator(".delete").filter(has_text="ZeroDivisionError")).to_have_count(1)
    expect(both.locator(".insert").filter(has_text='"statusCode": 200')).to_have_count(1)

    page.get_by_role("link", name="Open the replayed one").click()
    expect(both).to_have_count(0)
    code.write_text(right.replace('"OK"', '"Thank you"'), encoding="utf-8")
    invocation.get_by_role("button", name="Replay").click()
    expect(both.locator(".insert").filter(has_text='"body": "Thank you"')).to_have_count(1)
    page.screenshot(path=screenshots / "replay.png")


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
