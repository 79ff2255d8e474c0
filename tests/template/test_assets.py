"""Templates that the AWS CDK synthesised: assets are the files beside them."""

import json
from pathlib import Path
from typing import Any

import pytest
from visitplannr.template.assets import with_assets
from visitplannr.template.project import read_project

HASH = "0" * 63 + "a"
OTHER = "0" * 63 + "b"
BUCKET = {"Fn::Sub": "cdk-abc-assets-${AWS::AccountId}-${AWS::Region}"}
VERSION = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/abc/version"}
URL = {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, f".aws/b/{HASH}.json"]]}
ADDRESS = {"S3Bucket": BUCKET, "S3Key": f"{HASH}.zip"}


def resource(kind: str, properties: dict[str, Any], *said: str) -> dict[str, Any]:
    names = ("aws:asset:path", "aws:asset:property")
    return {"Type": kind, "Properties": properties, "Metadata": dict(zip(names, said, strict=True))}


def of_manifest(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {HASH: {"source": {"path": f"asset.{HASH}", "packaging": "zip"}}}
    (tmp_path / "Demo.assets.json").write_text(json.dumps({"version": "1", "files": files}))
    (tmp_path / "Broken.assets.json").write_text("{")
    (tmp_path / "Odd.assets.json").write_text(json.dumps({"files": {OTHER: {"source": []}}}))
    return tmp_path


PLACES: list[Any] = [
    pytest.param(resource("AWS::Lambda::Function", {"Code": ADDRESS}, "asset.x", "Code"),
                 {"Code": "asset.x"}, id="a function's metadata"),
    pytest.param(resource("AWS::Lambda::LayerVersion", {"Content": ADDRESS}, "y", "Content"),
                 {"Content": "y"}, id="a layer's metadata"),
    pytest.param(resource("AWS::CloudFormation::Stack", {"TemplateURL": URL}, "n", "TemplateURL"),
                 {"TemplateURL": "n"}, id="a nested stack's metadata"),
    pytest.param(of_manifest("AWS::Lambda::Function", {"Code": ADDRESS, "Handler": "a.b"}),
                 {"Code": f"asset.{HASH}", "Handler": "a.b"}, id="the manifest"),
    pytest.param(of_manifest("AWS::CloudFormation::Stack", {"TemplateURL": URL}),
                 {"TemplateURL": f"asset.{HASH}"}, id="the manifest, by a URL"),
    pytest.param(of_manifest("AWS::Lambda::Function", {"Code": {"S3Key": f"{OTHER}.zip"}}),
                 {"Code": {"S3Key": f"{OTHER}.zip"}}, id="an asset of nobody's"),
    pytest.param(of_manifest("AWS::Lambda::Function", {"Code": "folder"}), {"Code": "folder"},
                 id="a folder"),
    pytest.param(resource("AWS::Lambda::Function", {"Code": {"ImageUri": "i"}}, "z",
                          "Code.ImageUri"),
                 {"Code": {"ImageUri": "i"}}, id="an image"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "found"), PLACES)
def test_an_address_becomes_a_path(
    folder: Path, given: dict[str, Any], found: dict[str, Any]
) -> None:
    assert with_assets({"Resources": {"R": given}}, folder)["Resources"]["R"]["Properties"] == found


def test_what_an_account_has_to_have_is_not_asked_for(folder: Path) -> None:
    rule = {"Assertions": [{"Assert": {"Fn::Contains": [["1"], {"Ref": "BootstrapVersion"}]}}]}
    others = {"Parameters": {"Who": {"Type": "String"}}, "Resources": {}}
    template = {
        "Parameters": {"BootstrapVersion": VERSION, **others["Parameters"]},
        "Rules": {"CheckBootstrapVersion": rule},
        "Resources": {"CDKMetadata": {"Type": "AWS::CDK::Metadata"}},
    }
    assert with_assets(template, folder) == others


@pytest.mark.parametrize("template", [{"Resources": [1]}, {"Resources": {"R": 1}}, {}])
def test_what_is_no_template_is_left_to_others(folder: Path, template: dict[str, Any]) -> None:
    assert with_assets(template, folder) == template


def test_nested_templates_and_documents_are_read(folder: Path) -> None:
    body = resource("AWS::ApiGateway::RestApi", {"BodyS3Location": {}}, "api", "BodyS3Location")
    nested = resource("AWS::CloudFormation::Stack", {"TemplateURL": URL}, "n.json", "TemplateURL")
    (folder / "api").write_text("paths: {}")
    code = {"F": of_manifest("AWS::Lambda::Function", {"Code": ADDRESS})}
    (folder / "n.json").write_text(json.dumps({"Resources": code}))
    (folder / "t.json").write_text(json.dumps({"Resources": {"Api": body, "N": nested}}))
    project = read_project(folder / "t.json")
    assert project.template["Resources"]["Api"]["Properties"] == {"Body": {"paths": {}}}
    inner = project.nested["N"].template["Resources"]["F"]
    assert inner["Properties"] == {"Code": f"asset.{HASH}"}
