"""What has to be there before a stack is made: SSM parameters, secrets, exports, buckets.

parameters: {/shop/name: text, /shop/names: [a, b], /shop/key: {type: SecureString, value: x}}
secrets: {shop/token: text, shop/login: {user: a, password: b}}
exports: {Network-Id: vpc-1}
buckets: [uploads]
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from visitplannr.template.document import read_document
from visitplannr.template.intrinsics import text
from visitplannr.template.problems import TemplateError

_SECTIONS = ("parameters", "secrets", "exports", "buckets")
Kind = Literal["String", "StringList", "SecureString"]


@dataclass(frozen=True, slots=True)
class SsmParameter:
    """One of the Systems Manager's; a list is its parts with commas between them."""

    value: str
    type: Kind = "String"


@dataclass(frozen=True, slots=True)
class Seed:
    """What is put there; `source` is the file that says so."""

    source: Path | None = None
    parameters: Mapping[str, SsmParameter] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    exports: Mapping[str, str] = field(default_factory=dict)
    buckets: tuple[str, ...] = ()

    def values_of(self, names: Mapping[str, str]) -> dict[str, str]:
        """Give the values of SSM parameters, by the names of what they are values of."""
        return {
            key: self.parameters[name].value
            for key, name in names.items()
            if name in self.parameters
        }


NOTHING = Seed()


def read_seed(path: Path) -> Seed:
    """Read a file.

    Raises:
        TemplateError: it cannot be read, or has something else than a seed.
    """
    return seed_of(read_document(path).value, path)


def seed_of(value: Any, source: Path) -> Seed:
    """Make a seed of what a file has.

    Raises:
        TemplateError: it has something else.
    """
    sections = {str(key).lower(): item for key, item in _mapping(value, source, "it").items()}
    if other := sections.keys() - {*_SECTIONS}:
        names = ", ".join(_SECTIONS)
        raise TemplateError(f"{source}: {min(other)} is no part of a seed; there are: {names}")
    given = {name: _mapping(sections.get(name), source, name) for name in _SECTIONS[:3]}
    buckets = sections.get("buckets") or []
    if not isinstance(buckets, list) or not all(isinstance(one, str) for one in buckets):
        raise TemplateError(f"{source}: buckets must be a list of names")
    return Seed(
        source,
        {name: _parameter(one, source, name) for name, one in given["parameters"].items()},
        {name: _secret(one) for name, one in given["secrets"].items()},
        {name: _text(one, source, name) for name, one in given["exports"].items()},
        tuple(buckets),
    )


def _parameter(value: Any, source: Path, name: str) -> SsmParameter:
    match value:
        case list():
            return SsmParameter(",".join(_text(one, source, name) for one in value), "StringList")
        case Mapping():
            lower = {str(key).lower(): item for key, item in value.items()}
            kind = lower.get("type", "String")
            if kind not in {"String", "StringList", "SecureString"}:
                raise TemplateError(f"{source}: {name} has the type {kind}, which SSM has not")
            found = _parameter(lower.get("value"), source, name)
            return SsmParameter(found.value, cast("Kind", kind))
    return SsmParameter(_text(value, source, name))


def _secret(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _text(value: Any, source: Path, name: str) -> str:
    written = text(value)
    if written is None:
        raise TemplateError(f"{source}: the value of {name} must be text")
    return written


def _mapping(value: Any, source: Path, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping | None):
        raise TemplateError(f"{source}: {name} must be a mapping")
    return value or {}
