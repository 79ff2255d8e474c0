"""Values of parameters in the words of SAM CLI's users."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.template.overrides import OverridesError, overrides_in, read_overrides

WORDS: list[Any] = [
    (["A=1", "B=2"], {"A": "1", "B": "2"}),
    (["A=1 B=2"], {"A": "1", "B": "2"}),
    (["ParameterKey=A,ParameterValue=1", "ParameterKey=B,ParameterValue=x,y"],
     {"A": "1", "B": "x,y"}),
    (['ParameterKey="A",ParameterValue=1 ParameterKey=B,ParameterValue="2 3"'],
     {"A": "1", "B": "2 3"}),
    (["A=1", "ParameterKey=B,ParameterValue=2"], {"A": "1", "B": "2"}),
    (["A=\"my value\" B='x y'"], {"A": "my value", "B": "x y"}),
    (["A=my value"], {"A": "my value"}),
    (["A=my value B=c"], {"A": "my value", "B": "c"}),
    ([r"A=my\ value B=3"], {"A": "my value", "B": "3"}),
    ([r'A="x \"y\""'], {"A": 'x "y"'}),
    (["A="], {"A": ""}),
    (['A=""'], {"A": ""}),
    (["A=a=b"], {"A": "a=b"}),
    (["A=https://x?y=1&z=2"], {"A": "https://x?y=1&z=2"}),
    (["A=a,b,c"], {"A": "a,b,c"}),
    (["A=x", "A=y"], {"A": "y"}),
    ([r"A=\d+"], {"A": r"\d+"}),
    (["A=line1\nline2"], {"A": "line1\nline2"}),
    (['"A"="b"'], {"A": "b"}),
    ([""], {}),
    ([], {}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "found"), WORDS)
def test_words(words: list[str], found: dict[str, str]) -> None:
    assert read_overrides(words) == found


@pytest.mark.parametrize("word", ["bare", "=x", "A:b", "--x"])
def test_what_is_no_value_is_refused(word: str) -> None:
    with pytest.raises(OverridesError, match="is no Name=value"):
        read_overrides([word])


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,9}", fullmatch=True),
        st.text(alphabet="abc=,:/ .-"),
        min_size=1,
    )
)
def test_quoted_values_are_whole(values: dict[str, str]) -> None:
    text = " ".join(f'{name}="{value}"' for name, value in values.items())
    assert read_overrides([text]) == values


FILES: list[Any] = [
    ('A=1 B="x y"', {"A": "1", "B": "x y"}),
    (["A=1", "B=x y"], {"A": "1", "B": "x y"}),
    (["ParameterKey=A,ParameterValue=1"], {"A": "1"}),
    ([["A=1"], "B=2"], {"A": "1", "B": "2"}),
    ({"A": 1, "B": True, "C": ["x", "y"]}, {"A": "1", "B": "true", "C": "x,y"}),
    ([{"A": "1"}, "B=2"], {"A": "1", "B": "2"}),
    ("A=1\n B=2\n", {"A": "1", "B": "2"}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "found"), FILES)
def test_what_a_configuration_file_has(value: Any, found: dict[str, str]) -> None:
    assert overrides_in(value) == found


@pytest.mark.parametrize("value", [5, None, {"A": {"b": 1}}, ["A"]])
def test_what_a_configuration_file_cannot_have(value: Any) -> None:
    with pytest.raises(OverridesError):
        overrides_in(value)
