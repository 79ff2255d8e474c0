"""The compiled evaluation against the plainest one that can be written, on random policies."""

import itertools
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from visitplannr.iam.evaluation import Decision, Policies, Verdict, decide
from visitplannr.iam.policy import Policy, Request, read_policy
from visitplannr.iam.principals import Principal, session, user

ROLE = "arn:aws:iam::000000000000:role/cook"
CALLERS = [session(ROLE, "kitchen"), user("arn:aws:iam::000000000000:user/ada")]
ACTIONS = ["s3:Get", "s3:Put", "sqs:Get"]
OBJECTS = ["arn:aws:s3:::b", "arn:aws:s3:::b/x", "arn:aws:s3:::c/x"]
KEYS = ["aws:sourceip", "s3:prefix", "aws:userid"]
VALUES = ["a", "ab", "b"]


def some(values: list[str]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.sampled_from(values), st.lists(st.sampled_from(values), min_size=1, max_size=3)
    )


OPERATOR = st.tuples(
    st.sampled_from(["", "ForAllValues:", "ForAnyValue:"]),
    st.sampled_from(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]),
    st.sampled_from(["", "IfExists"]),
).map("".join)
CONDITION = st.dictionaries(
    OPERATOR, st.dictionaries(st.sampled_from(KEYS), some([*VALUES, "a*", "?"]), min_size=1),
    max_size=2,
)  # fmt: skip
STATEMENT = st.builds(
    lambda effect, negations, action, resource, condition: {
        "Effect": effect,
        f"{negations[0]}Action": action,
        f"{negations[1]}Resource": resource,
        **({"Condition": condition} if condition else {}),
    },
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.tuples(*[st.sampled_from(["", "", "Not"])] * 2),
    some([*ACTIONS, "s3:*", "*:Get", "*"]),
    some([*OBJECTS, "arn:aws:s3:::b*", "arn:aws:s3:::?/x", "*"]),
    CONDITION,
)
DOCUMENT = st.lists(STATEMENT, max_size=3)
NAMES = ["*", {"AWS": "*"}, {"AWS": ROLE}, {"AWS": [c.arn for c in CALLERS]}, {"AWS": "1" * 12}]
RESOURCE = st.lists(
    st.builds(lambda one, who: {**one, "Principal": who}, STATEMENT, st.sampled_from(NAMES)),
    max_size=3,
)
CONTEXT = st.dictionaries(
    st.sampled_from(KEYS), st.lists(st.sampled_from(VALUES), min_size=1, max_size=2).map(tuple)
)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def like(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return like(pattern[1:], text) or (bool(text) and like(pattern, text[1:]))
    return bool(text) and pattern[0] in {"?", text[0]} and like(pattern[1:], text[1:])


def element(statement: Mapping[str, Any], name: str, value: str) -> bool:
    if name in statement:
        return any(like(pattern, value) for pattern in as_list(statement[name]))
    return not any(like(pattern, value) for pattern in as_list(statement[f"Not{name}"]))


def meets(operator: str, wanted: list[str], given: tuple[str, ...]) -> bool:
    quantity, _, name = operator.rpartition(":")
    if not given:
        if name.endswith("IfExists") or quantity == "ForAllValues":
            return True
        return "Not" in name and not quantity
    same = like if "Like" in name else lambda pattern, text: pattern == text
    matched = [any(same(one, value) for one in wanted) for value in given]
    if "Not" in name:
        matched = [not one for one in matched]
    if quantity == "ForAnyValue" or (not quantity and "Not" not in name):
        return any(matched)
    return all(matched)


def about(statement: Mapping[str, Any], action: str, target: str, context: Any) -> bool:
    return (
        element(statement, "Action", action)
        and element(statement, "Resource", target)
        and all(
            meets(operator, as_list(wanted), context.get(key, ()))
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def names(statement: Mapping[str, Any], caller: Principal) -> str:
    who = statement["Principal"]
    listed = as_list(who["AWS"]) if isinstance(who, dict) else [who]
    if caller.arn in listed:
        return "itself"
    return "role" if "*" in listed or caller.role in listed else ""


def reference(caller: Principal, request: tuple[str, str, Any], documents: Any) -> Verdict:
    identity, boundary, of_session, resource = documents
    matching = [one for one in resource if names(one, caller) and about(one, *request)]
    limits = [*(boundary or []), *(of_session or [])]
    denies = [one for one in [*identity, *limits] if one["Effect"] == "Deny"]
    if any(about(one, *request) for one in denies):
        return Verdict.EXPLICIT_DENY
    if any(one["Effect"] == "Deny" for one in matching):
        return Verdict.EXPLICIT_DENY
    held = {names(one, caller) for one in matching}
    if "itself" in held:
        return Verdict.ALLOW

    def allows(document: Any) -> bool:
        return any(one["Effect"] == "Allow" and about(one, *request) for one in document)

    granted = bool(held) or allows(identity)
    limited = all(document is None or allows(document) for document in (boundary, of_session))
    return Verdict.ALLOW if granted and limited else Verdict.IMPLICIT_DENY


def compiled(statements: Any) -> Policy:
    return read_policy({"Version": "2012-10-17", "Statement": statements}, "Any")


@settings(max_examples=50, deadline=None)
@given(st.tuples(DOCUMENT, st.none() | DOCUMENT, st.none() | DOCUMENT, RESOURCE), CONTEXT)
def test_the_same_verdict(documents: Any, context: Any) -> None:
    identity, boundary, of_session, resource = documents
    policies = Policies(
        identity=(compiled(identity),),
        boundary=None if boundary is None else compiled(boundary),
        session=None if of_session is None else (compiled(of_session),),
        resource=compiled(resource),
    )
    for caller, action, target in itertools.product(CALLERS, ACTIONS, OBJECTS):
        request = (action, target, context)
        found = decide(Request(caller, *request), policies)
        assert found.verdict is reference(caller, request, documents)
        check_statement(found)


def check_statement(found: Decision) -> None:
    if found.verdict is not Verdict.IMPLICIT_DENY:
        assert found.statement is not None
        effect = "Allow" if found.allowed else "Deny"
        assert found.statement.written["Effect"] == effect
