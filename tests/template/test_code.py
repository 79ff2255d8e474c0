"""Where a template says that code is, and what is said of code that is not here."""

from pathlib import Path
from typing import Any

import pytest
from visitplannr.model.code import Build, Code
from visitplannr.template.code import local_code

SERVERLESS, PLAIN = "AWS::Serverless::Function", "AWS::Lambda::Function"
LAYER = "AWS::Serverless::LayerVersion"


def code_of(folder: Path, kind: str, properties: Any, **more: Any) -> Code:
    resource = {"Type": kind, "Properties": properties, **more.pop("resource", {})}
    return local_code({"Resources": {"F": resource}, **more}, folder)["F"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "project" / "infra"
    (inner / "code").mkdir(parents=True)
    (inner / "code.zip").touch()
    (tmp_path / "project" / "src").mkdir()
    return inner


FOLDERS: list[Any] = [
    pytest.param(SERVERLESS, {"CodeUri": "code"}, "code", id="CodeUri"),
    pytest.param(SERVERLESS, {"CodeUri": "./code/"}, "code", id="with a slash"),
    pytest.param(SERVERLESS, {"CodeUri": "code.zip"}, "code.zip", id="archive"),
    pytest.param(SERVERLESS, {"CodeUri": "../src"}, "../src", id="above the template"),
    pytest.param(SERVERLESS, {}, ".", id="SAM's default"),
    pytest.param(SERVERLESS, None, ".", id="no properties"),
    pytest.param(PLAIN, {"Code": "code"}, "code", id="Code"),
    pytest.param(LAYER, {"ContentUri": "code"}, "code", id="layer"),
    pytest.param("AWS::Lambda::LayerVersion", {"Content": "code"}, "code", id="plain layer"),
]


@pytest.mark.parametrize(("kind", "properties", "path"), FOLDERS)
def test_code_in_a_folder(folder: Path, kind: str, properties: Any, path: str) -> None:
    found = code_of(folder, kind, properties)
    assert found == Code((folder / path).resolve(), Build("F", base=folder))
    assert found.is_packaged


def test_globals_are_for_functions_of_sam(folder: Path) -> None:
    shared = {"Globals": {"Function": {"CodeUri": "code", "PackageType": "Zip"}}}
    assert code_of(folder, SERVERLESS, {}, **shared).path == folder / "code"
    assert "has no Code:" in (code_of(folder, PLAIN, {}, **shared).fault or "")
    assert "has no ContentUri:" in (code_of(folder, LAYER, {}, **shared).fault or "")


ELSEWHERE: list[Any] = [
    pytest.param(SERVERLESS, {"CodeUri": "s3://b/k.zip"}, "at s3://b/k.zip", id="s3"),
    pytest.param(SERVERLESS, {"CodeUri": {"Bucket": "b", "Key": "k"}}, "at s3://b/k", id="SAM"),
    pytest.param(PLAIN, {"Code": {"S3Bucket": "b", "S3Key": "k"}}, "at s3://b/k", id="plain"),
    pytest.param(
        PLAIN,
        {"Code": {"S3Bucket": {"Ref": "B"}, "S3Key": {"Fn::Sub": "${P}/k"}}},
        "at s3://${B}/${P}/k",
        id="references",
    ),
    pytest.param(SERVERLESS, {"PackageType": "Image"}, "container image; images", id="image"),
    pytest.param(SERVERLESS, {"ImageUri": "x:1"}, "container image (x:1)", id="ImageUri"),
    pytest.param(PLAIN, {"Code": {"ImageUri": "x:1"}}, "container image (x:1)", id="plain image"),
    pytest.param(LAYER, {"ContentUri": "s3://b/k.zip"}, "at s3://b/k.zip", id="layer"),
]


@pytest.mark.parametrize(("kind", "properties", "says"), ELSEWHERE)
def test_code_at_an_address(folder: Path, kind: str, properties: Any, says: str) -> None:
    found = code_of(folder, kind, properties)
    assert says in (found.fault or "")
    assert not found.is_packaged
    assert found.path == folder


def test_a_folder_that_does_not_exist_is_named(folder: Path) -> None:
    found = code_of(folder, SERVERLESS, {"CodeUri": "gone"})
    assert found.fault == f"its code {folder / 'gone'} does not exist"
    assert found.is_packaged


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        (SERVERLESS, {"InlineCode": "pass"}),
        (SERVERLESS, {"InlineCode": {"Fn::Sub": "x"}, "CodeUri": "gone"}),
        (PLAIN, {"Code": {"ZipFile": "pass"}}),
    ],
)
def test_inline_code_waits_for_its_text(folder: Path, kind: str, properties: Any) -> None:
    found = code_of(folder, kind, properties)
    assert (found.inline, found.fault, found.is_packaged) == ("", None, False)


def test_how_code_is_built(folder: Path) -> None:
    metadata = {"BuildMethod": "esbuild", "BuildProperties": {"Minify": False}}
    found = code_of(folder, SERVERLESS, {}, resource={"Metadata": metadata})
    assert found.build == Build("F", "esbuild", {"Minify": False}, folder)
    skipped = code_of(folder, SERVERLESS, {}, resource={"Metadata": {"SkipBuild": True}})
    assert skipped.build.done


def test_what_sam_build_made_is_not_built_again(tmp_path: Path) -> None:
    folder = tmp_path / ".aws-sam" / "build"
    (folder / "F").mkdir(parents=True)
    assert code_of(folder, SERVERLESS, {"CodeUri": "F"}).build.done
