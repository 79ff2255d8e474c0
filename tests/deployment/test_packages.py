"""What a deployment ships: each kind of code, built for Lambda."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from deployment.tools import NODE, PYTHON, Made, Tools, depends, write_archive
from visitplannr.deployment.build.part import Part, Target
from visitplannr.deployment.packages import for_lambda
from visitplannr.model.code import Build, Code
from visitplannr.template.code import local_code
from visitplannr.template.source import TemplateError


def test_what_is_shipped_is_built_for_lambda(made: Made, code: Path, tmp_path: Path) -> None:
    (code / "requirements.txt").write_text("words\n")
    parts = made(Tools()).parts(Code(code), Target(PYTHON, "arm64"))
    assert parts.parts[0] == Part(code)
    assert parts.parts[1].path.name.endswith("-3.13-arm64")
    layer = Code(code, Build("L", PYTHON))
    prefixes = [part.prefix for part in made(Tools()).layer_parts(layer, Target("")).parts]
    assert prefixes == ["python/", "python/"]
    depends(code, "a")
    parts = made(Tools()).parts(Code(code), Target(NODE, "arm64"))
    assert [part.prefix for part in parts.parts] == ["", "node_modules/"]


def names(content: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def template(folder: Path, **resources: Any) -> dict[str, Any]:
    function = "AWS::Serverless::Function"
    declared = {
        name: {"Type": function, "Properties": {"Runtime": PYTHON, **given}}
        for name, given in resources.items()
    }
    return {"Resources": declared}


def test_a_deployment_ships_each_kind_of_code(made: Made, code: Path, tmp_path: Path) -> None:
    (code / "app.py").touch()
    (code / "requirements.txt").write_text("words\n")
    write_archive(tmp_path / "code.zip", **{"zipped.py": ""})
    given = template(
        tmp_path,
        Folder={"CodeUri": "code"},
        Same={"CodeUri": "code"},
        Zip={"CodeUri": "code.zip"},
        Inline={"InlineCode": "x"},
        Far={"CodeUri": "s3://b/k"},
        Image={"ImageUri": "x:1"},
    )
    bundles = for_lambda(made(Tools()))(given, local_code(given, tmp_path))
    assert bundles.keys() == {"Folder", "Same", "Zip"}
    assert names(bundles["Folder"].content) == ["app.py", "requirements.txt", "words.py"]
    assert bundles["Same"] is bundles["Folder"]
    assert bundles["Zip"].content == (tmp_path / "code.zip").read_bytes()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"CodeUri": "gone"}, "F: its code .*/gone does not exist"),
        ({"PackageType": "Image"}, "F: has no ImageUri"),
        ({"CodeUri": "code"}, r"F: .*requirements\.txt: No matching"),
    ],
)
def test_a_deployment_of_what_is_not_here_is_refused(
    made: Made, code: Path, tmp_path: Path, given: Any, says: str
) -> None:
    (code / "requirements.txt").write_text("words\n")
    one = template(tmp_path, F=given)
    package = for_lambda(made(Tools("ERROR: No matching distribution\n")))
    with pytest.raises(TemplateError, match=says):
        package(one, local_code(one, tmp_path))
