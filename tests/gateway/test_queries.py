"""Queries in all their odd forms, for each kind of API (E8 to E11, E16, H4, H10)."""

from typing import Any

import pytest
from gateway.behind import Proxied, get

# The query; keys with all their values, for a REST API.
QUERIES: list[Any] = [
    ("", None),
    ("&", None),
    ("&&", None),
    ("a", {"a": [""]}),
    ("a=", {"a": [""]}),
    ("=b", {"": ["b"]}),
    ("=", {"": [""]}),
    ("a=b=c", {"a": ["b=c"]}),
    ("a=1&", {"a": ["1"]}),
    ("&a=1", {"a": ["1"]}),
    ("a=1&a=1", {"a": ["1", "1"]}),
    ("a=1&A=2", {"a": ["1"], "A": ["2"]}),
    ("a&a=", {"a": ["", ""]}),
    ("a=1&b=2&a=3", {"a": ["1", "3"], "b": ["2"]}),
    ("a=x+y", {"a": ["x y"]}),
    ("a=x%20y", {"a": ["x y"]}),
    ("a=x%2By", {"a": ["x+y"]}),
    ("a=x%2By+z", {"a": ["x+y z"]}),
    ("a%20b=1", {"a b": ["1"]}),
    ("a+b=1", {"a b": ["1"]}),
    ("a%3Db=1", {"a=b": ["1"]}),
    ("a%5B%5D=1&a[]=2", {"a[]": ["1", "2"]}),
    ("a=%26", {"a": ["&"]}),
    ("a=%C3%A9", {"a": ["é"]}),
    ("a=%F0%9F%8E%88", {"a": ["🎈"]}),
    ("a=%FF", {"a": ["\ufffd"]}),
    ("a=%C3", {"a": ["\ufffd"]}),
    ("%FF=1", {"\ufffd": ["1"]}),
    ("a=%", {"a": ["%"]}),
    ("a=%zz", {"a": ["%zz"]}),
    ("a=%2", {"a": ["%2"]}),
    ("a=%2525", {"a": ["%25"]}),
    ("a=%00", {"a": ["\0"]}),
    ("a=?", {"a": ["?"]}),
    ("a=/b/c", {"a": ["/b/c"]}),
    ("a=1,2", {"a": ["1,2"]}),
]
SPLIT: list[Any] = [
    ("a=1;b=2", {"a": ["1"], "b": ["2"]}),
    ("a=1;2", {"a": ["1"], "2": [""]}),
    ("a=1%3B2", {"a": ["1;2"]}),
]


@pytest.mark.parametrize(("query", "parameters"), QUERIES + SPLIT)
async def test_queries_of_a_rest_api(query: str, parameters: Any) -> None:
    """E8 to E11, and E16: of a repeated key the plain map has the last value."""
    function = Proxied()
    await function.rest(get(query=query))
    event = function.event
    assert event["multiValueQueryStringParameters"] == parameters
    plain = {key: listed[-1] for key, listed in (parameters or {}).items()} or None
    assert event["queryStringParameters"] == plain


@pytest.mark.parametrize(("query", "parameters"), QUERIES)
@pytest.mark.parametrize("kind", ["http", "url"])
async def test_h4_queries_of_format_2_0(kind: str, query: str, parameters: Any) -> None:
    function = Proxied()
    await function.by(kind, get(query=query))
    joined = {key: ",".join(listed) for key, listed in (parameters or {}).items()} or None
    assert function.event.get("queryStringParameters") == joined
    assert function.event["rawQueryString"] == query


@pytest.mark.parametrize(("query", "parameters"), QUERIES)
async def test_h10_queries_of_format_1_0(query: str, parameters: Any) -> None:
    function = Proxied()
    await function.http(get(query=query), version="1.0")
    assert function.event["multiValueQueryStringParameters"] == parameters


@pytest.mark.parametrize("query", ["a|b", "a=1|2", "a={b}", "a={", "}"])
async def test_e17_letters_that_have_to_be_encoded(query: str) -> None:
    function = Proxied()
    exchange = await function.rest(get(query=query))
    assert (exchange.response.status, function.event) == (400, {})
    assert "which AWS takes percent-encoded only [E17]" in str(exchange.explanation)
    assert (await function.http(get(query=query))).response.status == 200
