"""What the terminal tells of requests and invocations."""

import asyncio
import io
import json
from pathlib import Path

import pytest
from visitplannr.gateway.exchange import Exchange
from visitplannr.gateway.identifiers import new_ids
from visitplannr.gateway.request import Request, Response
from visitplannr.model.application import Function
from visitplannr.model.invocation import Begun, InvocationResult, nobody
from visitplannr.model.payload import described_error
from visitplannr.up.activity import Activity
from visitplannr.up.terminal import Terminal

FUNCTION = Function("Greeter", "stack-Greeter-1", "arn", "a.b", "python3.13", Path("/code"))
FRAME = '  File "/var/task/code/app.py", line 12, in handler\n    raise ValueError("boom")\n'
ERROR = {"errorType": "ValueError", "errorMessage": "boom\nagain", "stackTrace": [FRAME]}
NODE = {
    "errorType": "Error",
    "errorMessage": "boom",
    "trace": [
        "Error: boom",
        "    at Runtime.handler (file:///code/index.mjs:3:9)",
        "    at node:x",
    ],
}


class Told:
    """A terminal's output."""

    def __init__(self, *, requests: bool = True, colour: bool = False) -> None:
        self._stream = io.StringIO()
        self._terminal = Terminal(self._stream, colour=colour)
        self.activity = Activity(self._terminal, requests=requests)
        self.activity.name([FUNCTION])

    def lines(self) -> list[str]:
        self._terminal.close()
        return self._stream.getvalue().splitlines()


def exchange(status: int, explanation: str | None = None) -> Exchange:
    request = Request("GET", "/a", "", (), b"", "127.0.0.1", "http", 80)
    return Exchange(
        "Api",
        request,
        new_ids(None, 0),
        Response(status, (), b""),
        function=FUNCTION.name,
        explanation=explanation,
        seconds=0.003,
    )


def test_each_request_has_a_line() -> None:
    told = Told()
    told.activity.request(exchange(200))
    assert told.lines() == ["gateway  GET /a → 200  3 ms  Greeter"]


def test_quiet_leaves_out_what_goes_well() -> None:
    told = Told(requests=False)
    told.activity.request(exchange(200))
    told.activity.request(exchange(502, "why"))
    assert told.lines() == ["gateway  GET /a → 502  3 ms  Greeter", "gateway  GET /a → 502: why"]


def test_a_functions_physical_name_is_nobodys_word() -> None:
    told = Told()
    told.activity.request(exchange(502, f"{FUNCTION.name} failed"))
    assert told.lines()[1] == "gateway  GET /a → 502: Greeter failed"


def test_what_fails_is_red_on_a_terminal_that_has_colours() -> None:
    told = Told(colour=True)
    told.activity.request(exchange(500))
    (line,) = told.lines()
    assert "\x1b[31mGET /a → 500  3 ms  Greeter\x1b[0m" in line


async def ended(told: Told, trigger: str, result: InvocationResult | None) -> None:
    future: asyncio.Future[InvocationResult] = asyncio.get_running_loop().create_future()
    begun = Begun(FUNCTION.name, b"{}", None, 0, future, trigger)
    told.activity.observing(nobody)(begun)
    if result:
        future.set_result(result)
    else:
        future.cancel()
    await asyncio.sleep(0)


async def test_each_triggered_invocation_has_a_line() -> None:
    told = Told()
    await ended(told, "sqs", InvocationResult("id", b"{}"))
    await ended(told, "api", InvocationResult("id", b"{}"))
    await ended(told, "sqs", None)
    assert told.lines() == ["sqs  Greeter  0 ms  ok"]


async def test_an_error_names_its_place_whatever_caused_it() -> None:
    told = Told()
    failed = InvocationResult("id", json.dumps(ERROR).encode(), "Unhandled")
    await ended(told, "api", failed)
    await ended(told, "schedule", failed)
    where = "runtime  Greeter failed: ValueError: boom again (app.py:12)"
    assert told.lines() == [where, "schedule  Greeter  0 ms  error", where]


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (json.dumps(NODE).encode(), "Error: boom (index.mjs:3)"),
        (b'{"errorMessage": "m", "errorType": "T"}', "T: m"),
        (b'{"errorMessage": "m", "errorType": "T", "stackTrace": null}', "T: m"),
        (b'{"errorMessage": "m", "errorType": "T", "stackTrace": [1, "x"]}', "T: m"),
        (b"no JSON", "no JSON"),
        (b"[]", "[]"),
    ],
)
def test_errors_of_any_form_are_described_in_a_line(payload: bytes, text: str) -> None:
    assert described_error(payload) == text
