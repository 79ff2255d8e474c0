"""Addresses of the stack's own, and what becomes of them in texts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from visitplannr.model.addresses import (
    addresses_of,
    from_json,
    localised,
    to_json,
    with_local_addresses,
)
from visitplannr.model.application import Application, Function, FunctionUrl, HttpApi, RestApi

HERE = "http://localhost:8000"
REST = RestApi("Rest", "abc", "1", "Prod", {}, {})
HTTP = HttpApi("Http", "def", "1", "$default", {}, {})
URL = FunctionUrl(
    "Fn", "xyz", "1", "$default", {}, {}, address="https://xyz.lambda-url.eu-west-1.on.aws/"
)
APPLICATION = Application("stack", "eu-west-1", "1", (), (REST, HTTP, URL), (), {})

TEXTS: list[Any] = [
    ("https://abc.execute-api.eu-west-1.amazonaws.com/Prod", HERE),
    ("https://abc.execute-api.eu-west-1.amazonaws.com/Prod/", f"{HERE}/"),
    ("https://abc.execute-api.eu-west-1.amazonaws.com/Prod/a?b=c", f"{HERE}/a?b=c"),
    ("https://abc.execute-api.eu-west-1.amazonaws.com/Product", f"{HERE}/Product"),
    ("https://abc.execute-api.cn-north-1.amazonaws.com.cn/Prod", HERE),
    ("http://abc.execute-api.localhost:4566/Prod/a", f"{HERE}/a"),
    ("http://abc.execute-api.localhost.localstack.cloud:4566/Prod/a", f"{HERE}/a"),
    ("https://def.execute-api.eu-west-1.amazonaws.com", HERE),
    ("https://def.execute-api.eu-west-1.amazonaws.com/Prod", f"{HERE}/Prod"),
    ("https://xyz.lambda-url.eu-west-1.on.aws/", f"{HERE}/_urls/Fn/"),
    ("https://xyz.lambda-url.eu-west-1.on.aws/a", f"{HERE}/_urls/Fn/a"),
    ("xyz.lambda-url.eu-west-1.on.aws", "localhost:8000/_urls/Fn"),
    ("def.execute-api.eu-west-1.amazonaws.com", "localhost:8000"),
    (r"a\nhttps://abc.execute-api.eu-west-1.amazonaws.com/Prod", rf"a\n{HERE}"),
    (
        "[https://abc.execute-api.eu-west-1.amazonaws.com/Prod,https://xyz.lambda-url.eu-west-1.on.aws/]",
        f"[{HERE},{HERE}/_urls/Fn/]",
    ),
]
UNTOUCHED = [
    "https://other.execute-api.eu-west-1.amazonaws.com/Prod",
    "https://xabc.execute-api.eu-west-1.amazonaws.com/Prod",
    "wss://abc.execute-api.eu-west-1.amazonaws.com/Prod",
    "arn:aws:execute-api:eu-west-1:1:abc/Prod/GET/a",
    "https://other.lambda-url.eu-west-1.on.aws/",
    "https://sqs.eu-west-1.amazonaws.com/1/abc",
    "abc",
]


@pytest.mark.parametrize(("text", "local"), TEXTS)
def test_the_stacks_own_addresses_become_local(text: str, local: str) -> None:
    assert localised(text, addresses_of(APPLICATION, HERE)) == local


@pytest.mark.parametrize("text", UNTOUCHED)
def test_everything_else_stays(text: str) -> None:
    assert localised(text, addresses_of(APPLICATION, HERE)) == text


@pytest.mark.parametrize(("text", "local"), TEXTS)
def test_addresses_that_another_process_gets_do_the_same(text: str, local: str) -> None:
    assert localised(text, from_json(to_json(addresses_of(APPLICATION, HERE)))) == local


def test_a_url_whose_address_nobody_knows_changes_nothing() -> None:
    (_, _, *none) = addresses_of(
        replace(APPLICATION, apis=(REST, HTTP, replace(URL, address=""))), HERE
    )
    assert none == []


def test_variables_and_outputs_are_local() -> None:
    text = "see https://xyz.lambda-url.eu-west-1.on.aws/"
    function = Function("Fn", "fn", "arn", "a.b", "python3.13", Path(), environment={"A": text})
    made = replace(APPLICATION, functions=(function,), outputs={"B": text})
    found = with_local_addresses(made, HERE)
    assert found.functions[0].environment == {"A": f"see {HERE}/_urls/Fn/"}
    assert found.outputs == {"B": f"see {HERE}/_urls/Fn/"}
    assert replace(found, functions=made.functions, outputs=made.outputs) == made
