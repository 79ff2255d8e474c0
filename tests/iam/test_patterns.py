"""Actions, ARNs, variables: which text a pattern matches (iam.md I5 to I8)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from visitplannr.iam.patterns import Actions, Resources, glob, tokens

CONTEXT = {
    "aws:username": ("ada",),
    "aws:principaltag/team": ("red*",),
    "aws:tagkeys": ("one", "two"),
}

ACTIONS: list[Any] = [
    pytest.param("s3:GetObject", "s3:GetObject", True, id="itself"),
    pytest.param("S3:getobject", "s3:GetObject", True, id="I5 casing"),
    pytest.param("s3:Get*", "s3:GetObject", True, id="I5 star"),
    pytest.param("s3:*Object", "s3:GetObject", True, id="I5 star at the beginning"),
    pytest.param("s3:?etObject", "s3:GetObject", True, id="I5 question mark"),
    pytest.param("*", "s3:GetObject", True, id="I5 all"),
    pytest.param("*:*", "s3:GetObject", True, id="I5 all of all"),
    pytest.param("s3:Get", "s3:GetObject", False, id="I5 a part"),
    pytest.param("s3:GetObject", "s3:GetObjectAcl", False, id="I5 more"),
    pytest.param("s3:Get?", "s3:GetObject", False, id="I5 one character only"),
    pytest.param("sqs:*", "s3:GetObject", False, id="I5 another service"),
    pytest.param("s3.GetObject:*", "s3:GetObject", False, id="a dot is a dot"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "action", "matches"), ACTIONS)
def test_actions(pattern: str, action: str, matches: bool) -> None:
    assert (action in Actions((pattern,))) is matches
    assert (action in Actions(("iam:ListRoles", pattern))) is matches


QUEUE = "arn:aws:sqs:eu-west-1:000000000000:orders"
RESOURCES: list[Any] = [
    pytest.param("*", QUEUE, True, id="everything"),
    pytest.param(QUEUE, QUEUE, True, id="itself"),
    pytest.param("arn:aws:sqs:eu-west-1:000000000000:Orders", QUEUE, False, id="I6 casing counts"),
    pytest.param("arn:aws:sqs:*:*:orders", QUEUE, True, id="I6 a star in each field"),
    pytest.param("arn:aws:sqs:eu-*-1:000000000000:orders", QUEUE, True, id="I6 within a field"),
    pytest.param("arn:aws:sqs:eu-*0:orders", QUEUE, False, id="I6 not over a colon"),
    pytest.param("arn:aws:lambda:*:function:f", "arn:aws:lambda:r:0:function:f", True,
                 id="I6 a field's last one goes on"),
    pytest.param("arn:aws:lambda:r*0:function:f", "arn:aws:lambda:r:0:function:f", False,
                 id="I6 one within a field does not"),
    pytest.param("arn:aws:sqs:eu-west?1:000000000000:orders", QUEUE, True, id="I6 one character"),
    pytest.param("arn:aws:sqs:eu-west-1?000000000000:orders", QUEUE, False,
                 id="I6 a colon is no character"),
    pytest.param("arn:aws:sqs", QUEUE, True, id="I6 missing fields"),
    pytest.param("arn:aws:sqs:", QUEUE, True, id="I6 missing fields after a colon"),
    pytest.param("arn:aws:sqs:*", QUEUE, True, id="I6 missing fields after a star"),
    pytest.param("arn:aws:s3", QUEUE, False, id="I6 missing fields of another service"),
    pytest.param("arn:aws:sqs:eu-west-1:000000000000:ord", QUEUE, False, id="a part"),
    pytest.param("arn:aws:s3:::b/*/c", "arn:aws:s3:::b/x:y/z/c", True, id="I6 the last is one"),
    pytest.param("arn:aws:s3:::b*", "arn:aws:s3:::b2/key", True, id="I6 over slashes"),
    pytest.param("arn:aws:s3:::b/?", "arn:aws:s3:::b/:", True, id="I6 any character"),
    pytest.param("*/GET/*", "arn:aws:execute-api:r:a:api/Prod/GET/x", True, id="no ARN"),
    pytest.param("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/ada/x", True, id="I7"),
    pytest.param("arn:aws:s3:::b/${AWS:UserName}/*", "arn:aws:s3:::b/ada/x", True, id="I7 casing"),
    pytest.param("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/eve/x", False, id="I7 other"),
    pytest.param("arn:aws:s3:::b/${aws:userid}/*", "arn:aws:s3:::b//x", False, id="I7 no value"),
    pytest.param("arn:aws:s3:::b/${aws:userid, 'all'}/*", "arn:aws:s3:::b/all/x", True,
                 id="I8 default"),
    pytest.param("arn:aws:s3:::b/${aws:username,'all'}/*", "arn:aws:s3:::b/all/x", False,
                 id="I8 default of what has a value"),
    pytest.param("arn:aws:s3:::${aws:PrincipalTag/team}", "arn:aws:s3:::red*", True,
                 id="I7 a value is no pattern"),
    pytest.param("arn:aws:s3:::${aws:PrincipalTag/team}", "arn:aws:s3:::redder", False,
                 id="I7 stars of a value are stars"),
    pytest.param("arn:aws:s3:::${aws:TagKeys}", "arn:aws:s3:::one", False, id="I7 several values"),
    pytest.param("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*", True, id="I8 a star"),
    pytest.param("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/x", False, id="I8 no wildcard"),
    pytest.param("arn:aws:s3:::b/${?}${$}{x}", "arn:aws:s3:::b/?${x}", True, id="I8 the others"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "resource", "matches"), RESOURCES)
def test_resources(pattern: str, resource: str, matches: bool) -> None:
    assert Resources((pattern,), variables=True).match(resource, CONTEXT) is matches


def test_i4_the_older_version_has_no_variables() -> None:
    found = Resources(("arn:aws:s3:::b/${aws:username}",), variables=False)
    assert found.match("arn:aws:s3:::b/${aws:username}", CONTEXT)
    assert not found.match("arn:aws:s3:::b/ada", CONTEXT)


TEXT = st.text(st.sampled_from("a*?:${}/, '"), max_size=12)


def plain_match(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(plain_match(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in {"?", text[0]} and plain_match(pattern[1:], text[1:])


@given(TEXT, TEXT)
def test_wildcards_against_their_plainest_form(pattern: str, text: str) -> None:
    found = glob(tuple(tokens(pattern, variables=False))).fullmatch(text)
    assert bool(found) is plain_match(pattern, text)


@given(TEXT)
def test_what_has_no_wildcard_matches_itself_only(text: str) -> None:
    escaped = "".join(f"${{{letter}}}" if letter in "*?$" else letter for letter in text)
    found = Resources((f"arn:aws:s3:::{escaped}",), variables=True)
    assert found.match(f"arn:aws:s3:::{text}", {})
    assert not found.match(f"arn:aws:s3:::{text}x", {})
