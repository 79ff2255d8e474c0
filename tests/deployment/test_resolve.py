"""References in an API's document become what the backend says of the stack."""

from typing import Any

import pytest
from visitplannr.deployment.resolve import references, resolve

VALUES = {"AWS::Region": "eu-west-1", "Pool": "pool-1", "Tenant": "members"}
URI = {"uri": {"Fn::Sub": "${F.Arn}"}, "authorizerUri": {"Ref": "F"}}
CASES: list[Any] = [
    pytest.param({"Ref": "Pool"}, "pool-1", id="Ref"),
    pytest.param({"Fn::Sub": "${AWS::Region}/${Pool}"}, "eu-west-1/pool-1", id="Sub"),
    pytest.param({"Fn::Sub": ["${a}/${Pool}", {"a": {"Ref": "Tenant"}}]}, "members/pool-1",
                 id="Sub with names"),
    pytest.param({"Fn::Join": ["/", ["a", {"Ref": "Pool"}]]}, "a/pool-1", id="Join"),
    pytest.param([{"Ref": "Tenant"}, 1, None], ["members", 1, None], id="in a list"),
    pytest.param({"a": {"Ref": "Pool"}, **URI}, {"a": "pool-1", **URI}, id="URIs stay"),
    pytest.param({"Reference": "x"}, {"Reference": "x"}, id="a name that begins with Ref"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), CASES)
def test_references_are_resolved(value: Any, expected: Any) -> None:
    document = {"info": {"title": {"Ref": "AWS::StackName"}}, "x": value}
    resolved = resolve(document, VALUES)
    assert resolved == {**document, "x": expected}
    assert not list(references(resolved))


UNKNOWN: list[Any] = [
    pytest.param({"Fn::GetAtt": ["Pool", "Arn"]}, id="GetAtt"),
    pytest.param({"Fn::Sub": "${Site.Url}"}, id="Sub"),
    pytest.param({"Fn::Join": ["", [{"Fn::GetAtt": ["A", "B"]}]]}, id="Join"),
    pytest.param({"Ref": "Unknown"}, id="Ref"),
]


@pytest.mark.parametrize("value", UNKNOWN)
def test_what_cannot_be_resolved_is_named_by_its_place(value: Any) -> None:
    resolved = resolve({"paths": {"/": [value]}}, VALUES)
    assert list(references(resolved)) == ["/paths///0"]
