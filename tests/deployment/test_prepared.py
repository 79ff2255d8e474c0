"""What a backend is given: nested templates in a bucket, and nothing that it does not know."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError
from visitplannr.deployment.prepared import Packaged, Preparation

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

GROUP = {"Type": "AWS::ResourceGroups::Group"}
TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "G"}}}
NESTED = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "c.yaml"}}


def refusal(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "X")


class CloudFormation:
    """Refuses templates with a resource group, as one that does not know it."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def validate_template(self, **given: str) -> None:
        template = json.loads(self._store.objects[given["TemplateURL"].rpartition("!")[2]])
        if GROUP in template["Resources"].values():
            raise refusal("Template format error: Unrecognized resource types: "
                          "[AWS::ResourceGroups::Group]")  # fmt: skip


class Store:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def ensure(self) -> None: ...

    def put(self, key: str, content: bytes) -> None:
        self.objects[key] = content

    def url(self, key: str) -> str:
        return f"https://bucket!{key}"


@pytest.fixture
def store() -> Store:
    return Store()


def preparation(store: Store, said: list[str]) -> Preparation:
    client = cast("CloudFormationClient", CloudFormation(store))
    return Preparation(client, "us-east-1", store, "shop", said.append)


def template(**resources: Mapping[str, Any]) -> dict[str, Any]:
    return {"Resources": resources}


def test_nested_templates_are_uploaded_and_their_urls_put_in(store: Store) -> None:
    child = Packaged(template(T={"Type": "AWS::SNS::Topic"}))
    packaged = Packaged(template(C=NESTED), nested={"C": ("TemplateURL", child)})
    prepared = preparation(store, []).prepared(packaged)
    ((key, content),) = store.objects.items()
    assert prepared["Resources"]["C"]["Properties"]["TemplateURL"] == f"https://bucket!{key}"
    assert json.loads(content) == child.template
    assert NESTED["Properties"] == {"TemplateURL": "c.yaml"}


def test_what_the_backend_does_not_know_is_left_out_of_them_and_said(store: Store) -> None:
    child = Packaged(template(G=GROUP, T=TOPIC))
    said: list[str] = []
    preparation(store, said).prepared(
        Packaged(template(C=NESTED), nested={"C": ("TemplateURL", child)})
    )
    last = json.loads(list(store.objects.values())[-1])
    assert list(last["Resources"]) == ["T"]
    assert said == ["C/G is left out: AWS::ResourceGroups::Group is not known to this backend."]


def test_and_of_the_template_itself(store: Store) -> None:
    said: list[str] = []
    refused = refusal("Unrecognized resource types: [AWS::ResourceGroups::Group, AWS::X::Y]")
    found = preparation(store, said).without_unknown(template(G=GROUP, T=TOPIC), refused)
    named = {"TopicName": {"Fn::Sub": "${AWS::StackName}-G"}}
    assert found["Resources"] == {"T": {"Type": "AWS::SNS::Topic", "Properties": named}}
    assert said == ["G is left out: AWS::ResourceGroups::Group is not known to this backend."]


@pytest.mark.parametrize("message", ["Something else", "Unrecognized resource types: [AWS::X::Y]"])
def test_any_other_refusal_stays_one(store: Store, message: str) -> None:
    with pytest.raises(ClientError, match="X operation"):
        preparation(store, []).without_unknown(template(T=TOPIC), refusal(message))
