"""Trace headers: a chain has one root, each invocation a Parent of its own."""

import re

import pytest
from visitplannr.model.trace import invocation_trace, parent_of, root_of

ROOT = "Root=1-67891233-abcdef012345678912345678"


@pytest.mark.parametrize(
    ("caller", "header"),
    [
        (None, r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0"),
        ("Self=1-2-3", r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0"),
        (ROOT, ROOT + r";Parent=[0-9a-f]{16};Sampled=0"),
        (f"Self=1-2-3;{ROOT}", ROOT + r";Parent=[0-9a-f]{16};Sampled=0"),
        (
            f"{ROOT};Parent=0123456789abcdef;Sampled=1;Lineage=a:0",
            ROOT + r";Parent=(?!0123456789abcdef)[0-9a-f]{16};Sampled=1;Lineage=a:0",
        ),
    ],
)
def test_l61_an_invocation_has_its_callers_root_and_a_parent_of_its_own(
    caller: str | None, header: str
) -> None:
    assert re.fullmatch(header, invocation_trace(caller))
    assert invocation_trace(caller) != invocation_trace(caller)


@pytest.mark.parametrize(
    ("header", "root", "parent"),
    [
        (f"{ROOT};Parent=53995c3f42cd8ad8;Sampled=1", ROOT, "53995c3f42cd8ad8"),
        (f"Parent=53995c3f42cd8ad8; {ROOT}", ROOT, "53995c3f42cd8ad8"),
        (ROOT, ROOT, None),
        ("Parent=short", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_what_a_header_says(header: str | None, root: str | None, parent: str | None) -> None:
    assert (root_of(header), parent_of(header)) == (root, parent)
