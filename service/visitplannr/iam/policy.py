"""Evaluate the IAM policy that a Lambda authorizer returns, for one method ARN."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

ACTION = "execute-api:Invoke"


class Verdict(Enum):
    """An explicit deny beats an allow, which beats saying nothing (IAM's evaluation logic)."""

    ALLOW = "allow"
    IMPLICIT_DENY = "not allowed by any statement"
    EXPLICIT_DENY = "denied by a statement"


def evaluate(document: Mapping[str, Any], method_arn: str) -> Verdict:
    """Decide whether a policy document lets `execute-api:Invoke` be done on a method ARN.

    Raises:
        ValueError: it is no policy document.
    """
    effects = {
        statement["Effect"]
        for statement in _statements(document)
        if _applies(statement, "Action", ACTION) and _applies(statement, "Resource", method_arn)
    }
    if "Deny" in effects:
        return Verdict.EXPLICIT_DENY
    return Verdict.ALLOW if "Allow" in effects else Verdict.IMPLICIT_DENY


def _statements(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    statements = document.get("Statement")
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
            raise ValueError("its Statement is no list of objects with Effect Allow or Deny")
        yield statement


def _applies(statement: Mapping[str, Any], element: str, value: str) -> bool:
    """Match an element, or its `Not…` form, with `*` for any text and `?` for any character."""
    if element in statement:
        return _any_matches(statement[element], value, element)
    negated = f"Not{element}"
    if negated in statement:
        return not _any_matches(statement[negated], value, negated)
    raise ValueError(f"a statement has no {element}")


def _any_matches(patterns: Any, value: str, element: str) -> bool:
    listed = patterns if isinstance(patterns, list) else [patterns]
    if not all(isinstance(pattern, str) for pattern in listed):
        raise ValueError(f"a statement's {element} is no string and no list of strings")
    return any(_pattern(pattern, element).fullmatch(value) for pattern in listed)


def _pattern(pattern: str, element: str) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.DOTALL | (re.IGNORECASE if "Action" in element else 0))
