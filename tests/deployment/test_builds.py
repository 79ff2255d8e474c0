"""Which way code is built to be run, and when again."""

import json
from pathlib import Path
from typing import Any

import pytest
from deployment.tools import NODE, PYTHON, Made, Tools, depends, write_archive
from visitplannr.deployment.build.builder import make_builder
from visitplannr.deployment.build.esbuild import options
from visitplannr.deployment.build.installer import Programs
from visitplannr.model.code import Build, BuildError, Code

# Python


def test_requirements_lie_beside_the_code_and_are_inputs(made: Made, code: Path) -> None:
    tools = Tools()
    assert made(tools).function(Code(code), PYTHON).packages == ()
    assert made(tools).function(Code(code), PYTHON).inputs == (code / "requirements.txt",)
    (code / "requirements.txt").write_text("words\n")
    built = made(tools).function(Code(code), PYTHON)
    assert built.path == code
    assert [path.name for path in built.packages[0].iterdir()] == ["words.py"]
    assert built.inputs == (code / "requirements.txt",)


def test_a_layer_is_laid_out_as_sam_build_does(made: Made, code: Path) -> None:
    (code / "requirements.txt").write_text("words\n")
    (code / "own.py").write_text("1")
    layer = Code(code, Build("Layer", "python3.9"))
    folder = made(Tools()).layer(layer, PYTHON).path
    names = {path.name for path in (folder / "python").iterdir()}
    assert names == {"own.py", "requirements.txt", "words.py"}
    (code / "own.py").write_text("2")
    assert (folder / "python" / "own.py").read_text() == "2"
    (code / "more.py").touch()
    assert made(Tools()).layer(layer, PYTHON).path != folder
    assert made(Tools()).layer(Code(code), PYTHON).path == code


def test_old_pythons_get_a_boto3_of_their_own_where_code_imports_it(
    made: Made, code: Path, said: list[str]
) -> None:
    (code / "app.py").write_text("import os\nfrom boto3 import client\n")
    assert made(Tools()).function(Code(code), PYTHON).provided == ()
    (folder,) = made(Tools()).function(Code(code), "python3.9").provided
    assert (folder / "words.py").exists()
    (code / "app.py").write_text("import os\n")
    assert made(Tools()).function(Code(code), "python3.8").provided == ()


# Node.js


def test_packages_are_installed_into_the_cache_once(made: Made, code: Path) -> None:
    depends(code, "a", "b", scripts={"prepare": "rm -rf /"})
    tools = Tools()
    builder = made(tools)
    (folder,) = builder.function(Code(code), NODE).packages
    assert {path.name for path in folder.iterdir()} == {"a", "b"}
    assert (folder.name, list(code.iterdir())) == ("node_modules", [code / "package.json"])
    assert "scripts" not in tools.manifests[0]
    assert "--omit=dev" in tools.ran[0]
    assert builder.function(Code(code), NODE).packages == (folder,)
    assert len(tools.ran) == 1
    depends(code, "a", "c")
    assert builder.function(Code(code), NODE).packages != (folder,)


def test_packages_that_are_there_are_used_also_from_around_the_code(made: Made, code: Path) -> None:
    depends(code, "a", "@b/c")
    (code / "node_modules" / "a").mkdir(parents=True)
    (code.parent / "node_modules" / "@b" / "c").mkdir(parents=True)
    tools = Tools()
    assert made(tools).function(Code(code), NODE).packages == ()
    assert tools.ran == []


def test_a_node_modules_that_lacks_something_is_brought_up_to_date(made: Made, code: Path) -> None:
    depends(code, "a")
    (code / "node_modules").mkdir()
    tools = Tools()
    assert made(tools).function(Code(code), NODE).packages == ()
    assert (code / "node_modules" / "a").is_dir()
    assert tools.ran[0][:2] == ["npm", "install"]


def test_packages_of_folders_here_keep_their_places(made: Made, code: Path) -> None:
    (code.parent / "lib").mkdir()
    (code.parent / "lib" / "index.js").touch()
    (code / "package-lock.json").touch()
    (code / "package.json").write_text(json.dumps({"dependencies": {"lib": "file:../lib"}}))
    tools = Tools()
    built = made(tools).function(Code(code), NODE)
    assert tools.manifests[0]["dependencies"] == {"lib": f"file:{code.parent / 'lib'}"}
    assert code.parent / "lib" / "index.js" in built.inputs


SDK = 'import { S3Client } from "@aws-sdk/client-s3";\n'


def test_the_aws_sdk_is_installed_once_into_the_users_cache(
    made: Made, code: Path, said: list[str], tmp_path: Path
) -> None:
    (code / "index.mjs").write_text(SDK)
    tools = Tools()
    (folder,) = made(tools).function(Code(code), NODE).provided
    assert folder == tmp_path / "home/.cache/visitplannr/nodejs/node_modules"
    assert tools.ran[0][:4] == ["npm", "install", "--save", "@aws-sdk/client-s3"]
    assert made(tools).function(Code(code), NODE).provided == (folder,)
    assert len(tools.ran) == len(said) == 1


def test_an_sdk_of_the_project_or_of_a_layer_is_left_alone(
    made: Made, code: Path, tmp_path: Path
) -> None:
    (code / "index.mjs").write_text(SDK)
    layer = tmp_path / "layer"
    package = layer / "nodejs" / "node_modules" / "@aws-sdk" / "client-s3"
    package.mkdir(parents=True)
    tools = Tools()
    assert made(tools).function(Code(code), NODE, (layer,)).provided == ()
    depends(code, "@aws-sdk/client-s3")
    assert made(tools).function(Code(code), NODE).provided == ()


def test_an_sdk_that_cannot_be_had_is_said_once(made: Made, code: Path, said: list[str]) -> None:
    (code / "index.js").write_text("require('@aws-sdk/client-s3')")
    builder = made(Tools("npm error code ENOTCACHED\nnpm error request failed\n"))
    for _ in range(2):
        builder.function(Code(code), NODE)
    assert said[1:] == [
        (
            f"{code} imports @aws-sdk/client-s3, which AWS's runtime has; here it is missing: "
            f"{code.parent}/home/.cache/visitplannr/nodejs: request failed"
        )
    ]


# esbuild, make, archives, inline code


def test_esbuilds_properties_are_its_options() -> None:
    given = {
        "EntryPoints": ["a.ts", "b.ts"], "External": ["aws-sdk"], "Format": "esm",
        "MainFields": "module,main", "Minify": False, "Sourcemap": True, "Target": "es2022",
        "OutExtension": [".js=.mjs"], "Loader": [".png=dataurl"], "Banner": ["js=x"],
        "Define": ["A=1"],
    }  # fmt: skip
    assert options(given) == [
        "a.ts", "b.ts", "--bundle", "--platform=node", "--format=esm", "--minify=false",
        "--sourcemap", "--target=es2022", "--external:aws-sdk", "--loader:.png=dataurl",
        "--define:A=1", "--out-extension:.js=.mjs", "--banner:js=x", "--main-fields=module,main",
    ]  # fmt: skip
    assert not any("sourcemap" in one for one in options({"Sourcemap": False}))
    assert options({}) == [
        "app.ts", "--bundle", "--platform=node", "--format=cjs", "--minify", "--target=es2020"
    ]  # fmt: skip


TYPED = Build("Typed", "esbuild", {"EntryPoints": ["app.ts"]})


def test_esbuild_runs_again_when_a_source_has_changed(made: Made, code: Path) -> None:
    (code / "app.ts").write_text("1")
    tools = Tools()
    builder = made(tools)
    built = builder.function(Code(code, TYPED), NODE)
    assert (built.path / "app.js").read_text() == "1"
    assert code / "app.ts" in built.inputs
    assert builder.function(Code(code, TYPED), NODE) == built
    assert len(tools.ran) == 1
    (code / "app.ts").write_text("22")
    assert (builder.function(Code(code, TYPED), NODE).path / "app.js").read_text() == "22"


def test_esbuilds_error_is_one_line_with_its_place(made: Made, code: Path) -> None:
    (code / "app.ts").touch()
    errors = 'X [ERROR] Expected ";" but found "!"\n\n    app.ts:3:4:\n      3 | !\n\n1 error\n'
    with pytest.raises(BuildError, match=r'esbuild: app\.ts:3:4: Expected ";" but found "!"$'):
        made(Tools(errors)).function(Code(code, TYPED), NODE)


def test_make_runs_in_a_copy_and_again_when_a_source_has_changed(made: Made, code: Path) -> None:
    (code / "a").write_text("1")
    tools = Tools()
    builder = made(tools)
    one = Code(code, Build("Made", "makefile"))
    built = builder.function(one, "provided.al2023")
    assert (built.path / "made.py").read_text() == "1"
    assert tools.ran[0][-1] == "build-Made"
    assert [path.name for path in code.iterdir()] == ["a"]
    (code / "a").write_text("22")
    assert (builder.function(one, "provided.al2023").path / "made.py").read_text() == "22"
    assert builder.function(one, "provided.al2023").inputs == (code / "a",)


def test_an_archive_is_unpacked_and_again_when_it_was_saved(made: Made, tmp_path: Path) -> None:
    file = tmp_path / "code.zip"
    write_archive(file, bootstrap="1")
    builder = made(Tools())
    built = builder.function(Code(file), "provided.al2023")
    program = built.path / "bootstrap"
    assert (program.read_text(), program.stat().st_mode & 0o777) == ("1", 0o755)
    assert built.inputs == (file,)
    write_archive(file, bootstrap="22")
    again = builder.function(Code(file), "provided.al2023")
    assert (again.path / "bootstrap").read_text() == "22"


def test_what_is_no_archive_is_said(made: Made, tmp_path: Path) -> None:
    file = tmp_path / "code.zip"
    file.write_text("no zip")
    with pytest.raises(BuildError, match=r"code\.zip cannot be unpacked: File is not a zip file"):
        made(Tools()).function(Code(file), PYTHON)


INLINE: list[Any] = [
    pytest.param(PYTHON, "x = 1", "index.py", id="Python"),
    pytest.param(NODE, "exports.handler = 1", "index.js", id="CommonJS"),
    pytest.param(NODE, "\nexport const a = 1", "index.mjs", id="ES module"),
]


@pytest.mark.parametrize(("runtime", "text", "name"), INLINE)
def test_inline_code_is_a_file(made: Made, code: Path, runtime: str, text: str, name: str) -> None:
    built = made(Tools()).function(Code(code, inline=text), runtime)
    assert (built.path / name).read_text() == text
    assert [path.name for path in built.path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("runtime", "text", "module"),
    [
        (PYTHON, "import cfnresponse", "cfnresponse.py"),
        (NODE, "require('cfn-response')", "node_modules/cfn-response/index.js"),
    ],
)
def test_inline_code_can_answer_cloudformation(
    made: Made, code: Path, runtime: str, text: str, module: str
) -> None:
    built = made(Tools()).function(Code(code, inline=text), runtime)
    assert (built.path / module).is_file()


def test_what_sam_build_made_is_run_as_it_is(made: Made, code: Path) -> None:
    (code / "requirements.txt").write_text("words\n")
    tools = Tools()
    built = made(tools).function(Code(code, Build("F", "esbuild", done=True)), PYTHON)
    assert (built.path, built.packages, tools.ran) == (code, (), [])


REFUSED: list[Any] = [
    pytest.param(Build("F", "go1.x"), "BuildMethod go1.x is not done here: run `sam build`",
                 id="a method of other tools"),
    pytest.param(Build("F", "esbuild"), "built by esbuild, which is not here", id="esbuild"),
    pytest.param(Build("F", "makefile"), "there is no make", id="make"),
    pytest.param(Build("F"), "package.json: it names packages, and there is no npm", id="npm"),
]  # fmt: skip


@pytest.mark.parametrize(("build", "says"), REFUSED)
def test_what_is_not_here_is_said(tmp_path: Path, code: Path, build: Build, says: str) -> None:
    if not build.method:
        depends(code, "a")
    nothing = Programs(None, None, {"PATH": "/nowhere"})
    builder = make_builder(tmp_path / "cache", tmp_path, nothing, print, Tools())
    with pytest.raises(BuildError, match=says):
        builder.function(Code(code, build), NODE)
