"""AWS's own managed policies that applications commonly name, as a data file of this package.

Each has the document of its default version as AWS publishes it; ReadOnlyAccess and ViewOnlyAccess
have it for the listed `services` only, which are those that `actions` maps. A name that is not in
the file is not guessed: it has no document here, and what it may allow is not evaluated (iam.md
I22).
"""

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from visitplannr.iam.document import VERSIONS
from visitplannr.iam.policy import Policy, read_policy, unknown

_FILE = Path(__file__).with_name("managed_policies.json")
_ARN = re.compile(r"arn:[\w-]+:iam::aws:policy(?P<path>/(?:[\w-]+/)*)(?P<name>[\w+=,.@-]+)")


@functools.cache
def _known() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


def names() -> tuple[str, ...]:
    """List the policies that are known."""
    return tuple(_known())


def arn_of(name: str, partition: str = "aws") -> str | None:
    """Give the ARN of a known policy."""
    known = _known().get(name)
    return f"arn:{partition}:iam::aws:policy{known['path']}{name}" if known else None


def managed_document(policy: str) -> Mapping[str, Any] | None:
    """Give the document of an AWS-managed policy, by its name or ARN, if it is known."""
    parts = _ARN.fullmatch(policy)
    known = _known().get(parts["name"] if parts else policy)
    if known is None or (parts and parts["path"] != known["path"]):
        return None
    return {"Version": VERSIONS[-1], "Statement": known["Statement"]}


@functools.cache
def managed_policy(policy: str) -> Policy:
    """Give an AWS-managed policy, compiled; one that is not known cannot be evaluated."""
    document = managed_document(policy)
    return read_policy(document, policy) if document else unknown(policy)
