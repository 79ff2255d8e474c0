"""The log line of a received event holds the event as JSON, and no credentials."""

import json
from typing import Any

import pytest
from command_channel.event_log import to_log
from hypothesis import given
from hypothesis import strategies as st

CREDENTIALS = [
    "Authorization",
    "COOKIE",
    "x-api-key",
    "Proxy-Authorization",
    "X-Amz-Security-Token",
]


@pytest.mark.parametrize("name", CREDENTIALS)
def test_credentials_are_redacted(name: str) -> None:
    event = {
        "headers": {name: "secret", "Host": "example.org"},
        "multiValueHeaders": {name: ["secret", "secret"], "Host": ["example.org"]},
        "body": "{}",
    }
    assert json.loads(to_log(event)) == {
        "headers": {name: "[redacted]", "Host": "example.org"},
        "multiValueHeaders": {name: ["[redacted]", "[redacted]"], "Host": ["example.org"]},
        "body": "{}",
    }
    assert event["headers"] == {name: "secret", "Host": "example.org"}


def test_the_gateway_s_api_key_is_redacted() -> None:
    context = {"requestId": "1", "identity": {"apiKey": "secret", "apiKeyId": "id"}}
    assert json.loads(to_log({"requestContext": context})) == {
        "requestContext": {
            "requestId": "1",
            "identity": {"apiKey": "[redacted]", "apiKeyId": "id"},
        }
    }


@given(
    st.dictionaries(
        st.sampled_from(["headers", "multiValueHeaders", "requestContext", "body"]),
        st.none() | st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.text()),
    )
)
def test_any_event_is_one_line_of_ascii_json(event: dict[str, Any]) -> None:
    line = to_log(event)
    assert line.isascii()
    assert "\n" not in line
    assert json.loads(line).keys() == event.keys()


@pytest.mark.parametrize("event", [None, [], "\ud800", {"body": {1, 2}}, {(1, 2): b"x"}])
def test_events_that_are_no_proxy_events(event: object) -> None:
    assert isinstance(to_log(event), str)


def test_events_that_json_cannot_hold() -> None:
    loop: dict[str, Any] = {}
    loop["loop"] = loop
    assert json.loads(to_log(loop)) == "an event that JSON cannot hold: Circular reference detected"
