"""The Test page and binary bodies, with an HTTP API."""

from collections.abc import Iterator

import pytest
from browser.conftest import OpenPage
from integration.running import Stack, up
from playwright.sync_api import Page, expect

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals:
  HttpApi:
    CorsConfiguration: {AllowOrigins: ["*"], AllowMethods: [PUT], AllowHeaders: [x-colour]}
Resources:
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      Handler: index.handler
      Runtime: python3.13
      Events:
        Put:
          Type: HttpApi
          Properties: {Path: "/places/{proxy+}", Method: put}
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    tmp_path = tmp_path_factory.mktemp("http-api")
    code = tmp_path / "code"
    code.mkdir()
    (code / "index.py").write_text("def handler(*_): return {'statusCode': 201}", encoding="utf-8")
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE, encoding="utf-8")
    with up(tmp_path / "state", "--template", str(template)) as running:
        yield running.ready()


@pytest.fixture
def page(stack: Stack, open_page: OpenPage) -> Page:
    return open_page(f"{stack.url}/_local/#test")


def test_a_request_is_sent_and_its_event_shown(page: Page) -> None:
    page.get_by_label("Path parameter proxy").fill("a b/c")
    page.get_by_label("Body", exact=True).fill('{"a": 1}')
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#test-status")).to_have_text("201")
    result = page.locator("#test-result")
    result.get_by_text("Proxy event").click()
    event = result.get_by_label("Event", exact=True)
    expect(event).to_contain_text('"routeKey": "PUT /places/{proxy+}"')
    expect(event).to_contain_text('"proxy": "a b/c"')


def test_a_binary_body_is_no_text(stack: Stack, page: Page) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    stack.http.put("/places/1", content="é".encode(), headers=headers)
    page.reload()
    expect(page.get_by_label("Body", exact=True)).to_have_value("é")
    expect(page.get_by_label("Path parameter proxy")).to_have_value("1")
    stack.http.put("/places/1", content=b"\xff\xfe", headers=headers)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("is not text")


@pytest.mark.parametrize(("method", "allowed"), [("PUT", True), ("PATCH", False)])
def test_a_front_end_on_another_port_calls_the_api_as_its_cors_says(
    stack: Stack, open_page: OpenPage, elsewhere: int, method: str, allowed: bool
) -> None:
    front_end = open_page(f"http://localhost:{elsewhere}/")
    asked = "([url, method]) => fetch(url, {method, headers: {'X-Colour': 'red'}})"
    status = f"{asked}.then((answer) => answer.status, () => 'unreadable')"
    found = front_end.evaluate(status, [f"{stack.url}/places/2", method])
    assert found == (201 if allowed else "unreadable")
