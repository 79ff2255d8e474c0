"""Policy documents as they are written: a JSON text or its object, strings or lists everywhere.

Both the evaluation and what only lists grants read documents through this module (iam.md I1).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

VERSIONS = ("2008-10-17", "2012-10-17")
OLDEST = VERSIONS[0]


class PolicyError(ValueError):
    """Raise when a text is no policy document; the message says where and what."""


@dataclass(frozen=True, slots=True)
class Element:
    """Action, Resource or Principal of a statement, or its `Not…` form."""

    name: str
    values: tuple[Any, ...]
    negated: bool


def loaded(document: object, where: str) -> Mapping[str, Any]:
    """Give a document as an object; a text is parsed.

    Raises:
        PolicyError: it is neither an object nor the JSON of one.
    """
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError as error:
            raise PolicyError(f"{where} is no JSON: {error}") from error
    if not isinstance(document, Mapping):
        raise PolicyError(f"{where} is no object")
    return document


def version(document: Mapping[str, Any], where: str) -> str:
    """Give the version of the policy language; the oldest if none is named (iam.md I4).

    Raises:
        PolicyError: there is no such version.
    """
    found = document.get("Version", OLDEST)
    if str(found) not in VERSIONS:
        raise PolicyError(f"{where}: Version is {found!r}, not {' or '.join(VERSIONS)}")
    return str(found)


def statements(document: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what stands as Statement, one or a list, unchecked."""
    found = document.get("Statement")
    yield from found if isinstance(found, list) else [found]


def element(statement: Mapping[str, Any], name: str) -> Element | None:
    """Read an element or its `Not…` form, unchecked."""
    if name in statement:
        return Element(name, listed(statement[name]), negated=False)
    if f"Not{name}" in statement:
        return Element(f"Not{name}", listed(statement[f"Not{name}"]), negated=True)
    return None


def listed(value: object) -> tuple[Any, ...]:
    """Give one value or a list of values as a tuple."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def texts(found: Element, where: str) -> tuple[str, ...]:
    """Give the values of an element that may only hold strings.

    Raises:
        PolicyError: it holds something else.
    """
    for value in found.values:
        if not isinstance(value, str):
            raise PolicyError(f"{where}: {found.name} is no string and no list of strings")
    return found.values
