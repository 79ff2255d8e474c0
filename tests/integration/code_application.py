"""An application with a function for each kind of code that a template can name."""

import json
import sys
import textwrap
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wheels import write_wheel

OWN = f"python{sys.version_info.major}.{sys.version_info.minor}"
LAYER_ARN = "arn:aws:lambda:us-east-1:123456789012:layer:Adapter:24"
_SAYS = "def handler(event, context):\n    return {'statusCode': 200, 'body': %s}\n"
_NODE = "exports.handler = async () => ({ statusCode: 200, body: %s });\n"
_ES = "export const handler = async () => ({ statusCode: 200, body: text });\n"
_SERVES = """#!{python}
import http.client, os
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    answer.read()
    request_id = answer.headers["Lambda-Runtime-Aws-Request-Id"]
    api.request("POST", f"/2018-06-01/runtime/invocation/{{request_id}}/response",
                b'{{"statusCode": 200, "body": "bootstrap"}}')
    api.getresponse().read()
"""
# Stands in for esbuild, of which it knows two options: it takes the types away.
_ESBUILD = """#!{python}
import json, pathlib, sys
given = dict(one.split("=", 1) for one in sys.argv[1:] if "=" in one)
(entry,) = [one for one in sys.argv[1:] if not one.startswith("-")]
text = pathlib.Path(entry).read_text()
if "!" in text:
    sys.exit('X [ERROR] Unexpected "!"\\n\\n    app.ts:1:9:\\n')
out = pathlib.Path(given["--outdir"])
out.mkdir(parents=True)
(out / "app.js").write_text(text.replace(": string", ""))
pathlib.Path(given["--metafile"]).write_text(json.dumps({{"inputs": {{entry: {{}}}}}}))
"""
_WRITES = """
import json, os
def handler(event, context):
    said = {}
    for name in (os.environ["LAMBDA_TASK_ROOT"] + "/new", "new", "/tmp/new"):
        try:
            open(name, "w").close()
            said[os.path.dirname(name)] = "written"
        except OSError as error:
            said[os.path.dirname(name)] = str(error).partition(": ")[0]
    said["is here"] = sorted({"left", "new"}.intersection(os.listdir("/tmp")))
    return {"statusCode": 200, "body": json.dumps(list(said.values()))}
"""
_WRAPPER = '#!/bin/sh\nexport WRAPPED="by $0"\nexec "$@"\n'
_BACKEND = """
import pathlib, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "mine-1.0-py3-none-any.whl"
    about = "mine-1.0.dist-info"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        wheel.writestr("mine.py", pathlib.Path("mine.py").read_text())
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\\nName: mine\\nVersion: 1.0\\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(f"{about}/RECORD", "")
    return name
"""
_PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "mine"
version = "1.0"
"""
_IMPORTS = "import %s\n" + _SAYS


def _package(name: str, text: str, **dependencies: str) -> dict[str, str]:
    manifest = {"name": name, "version": "1.0.0", "main": "index.js", "dependencies": dependencies}
    return {"package.json": json.dumps(manifest), "index.js": text}


FILES: Mapping[str, Any] = {
    "template": {
        "app.py": _SAYS % "'the template\\'s folder'",
        "zipped.py": _SAYS % "'an archive'",
        "fn": {"app.py": _SAYS % "'a folder'"},
        "beside": {
            "app.py": _IMPORTS % ("words, mine", "words.TEXT + mine.TEXT"),
            "requirements.txt": "--no-index\n-r more/basic.txt\n-e ../mine  # ours\n",
            "more": {"basic.txt": "wheels/words-1.0-py3-none-any.whl\n"},
        },
        "mine": {"pyproject.toml": _PROJECT, "backend.py": _BACKEND, "mine.py": "TEXT = '!'\n"},
        "wheels": {},
        "layered": {"app.py": _IMPORTS % ("words, own, packed", "words.TEXT + own.T + packed.T")},
        "layer": {
            "own.py": "T = ' in a layer'\n",
            "requirements.txt": "--no-index\n../wheels/words-1.0-py3-none-any.whl\n",
        },
        "wrapped": {"app.py": "import os\n" + _SAYS % "os.environ['WRAPPED']"},
        "writing": {"app.py": _WRITES},
        "required": {
            **_package("required", _NODE % "require('mine')", mine="file:../modules/mine")
        },
        "module": {
            "index.mjs": "import text from 'mine';\n" + _ES,
            "package.json": json.dumps({"dependencies": {"mine": "file:../modules/mine"}}),
        },
        "modules": {
            "mine": _package(
                "mine", "module.exports = require('theirs') + '!';", theirs="file:../theirs"
            ),
            "theirs": _package("theirs", "module.exports = 'a package';"),
        },
        "node_layer": _package("node-layer", "", theirs="file:../modules/theirs"),
        "node_layered": {"index.mjs": "import text from 'theirs';\n" + _ES},
        "typed": {
            "app.ts": "const text: string = 'typed';\n" + _NODE % "text",
            "node_modules": {".bin": {"esbuild": _ESBUILD}},
        },
        "made": {
            "source.txt": "'by make'",
            "Makefile": "build-Made:\n\tprintf \"def handler(e, c):\\n return {'statusCode': 200, "
            "'body': $$(cat source.txt)}\\n\" > $(ARTIFACTS_DIR)/app.py\n",
        },
        "provided": {"bootstrap": _SERVES},
        "foreign": {},
        "broken": {"app.py": "def handler(:\n", "requirements.txt": "./gone.whl\n"},
    },
    "above": {"app.py": _SAYS % "'above the template'"},
    "adapter": {"bootstrap": _WRAPPER},
}
EXECUTABLE = frozenset({"bootstrap", "esbuild"})


def _function(path: str, **properties: Any) -> dict[str, Any]:
    event = {"Type": "HttpApi", "Properties": {"Path": f"/{path}", "Method": "get"}}
    role = "arn:aws:iam::000000000000:role/none"
    given = {"Handler": "app.handler", "Runtime": OWN, "Role": role, **properties}
    kept = {name: value for name, value in given.items() if value is not None}
    events = {"Events": {"Get": event}}
    return {"Type": "AWS::Serverless::Function", "Properties": {**kept, **events}}


NODE = {"Handler": "index.handler", "Runtime": "nodejs20.x"}
IMAGE = {"Handler": None, "Runtime": None, "PackageType": "Image"}


def inline(word: str) -> dict[str, Any]:
    """Write inline code that answers with a word and the region."""
    return {"Fn::Sub": _SAYS % f"'{word} in ${{AWS::Region}}'"}


def resources(word: str = "inline") -> dict[str, Any]:
    """Declare a function for each kind, and the layers."""
    layer, node_layer = {"Ref": "Layer"}, {"Ref": "NodeLayer"}
    return {
        "Default": _function("default"),
        "Above": _function("above", CodeUri="../above"),
        "Zipped": _function("zipped", CodeUri="code.zip", Handler="zipped.handler"),
        "Inline": _function("inline", InlineCode=inline(word), Handler="index.handler"),
        "InlineNode": _function("inline-node", InlineCode=_NODE % "'inline too'", **NODE),
        "Required": _function("required", CodeUri="beside"),
        "Layered": _function("layered", CodeUri="layered", Layers=[layer, {"Ref": "Packed"}]),
        "Wrapped": _function(
            "wrapped",
            CodeUri="wrapped",
            Layers=[LAYER_ARN],
            Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}},
        ),
        "Writing": _function("writing", CodeUri="writing"),
        "WritingToo": _function("writing-too", CodeUri="writing"),
        "Node": _function("node", CodeUri="required", **NODE),
        "Module": _function("module", CodeUri="module", **NODE),
        "NodeLayered": _function(
            "node-layered", CodeUri="node_layered", Layers=[node_layer], **NODE
        ),
        "Typed": {
            **_function("typed", CodeUri="typed", Runtime="nodejs20.x"),
            "Metadata": {"BuildMethod": "esbuild", "BuildProperties": {"EntryPoints": ["app.ts"]}},
        },
        "Made": {**_function("made", CodeUri="made"), "Metadata": {"BuildMethod": "makefile"}},
        "Provided": _function("provided", CodeUri="provided", Runtime="provided.al2023"),
        "Foreign": _function("foreign", CodeUri="foreign", Runtime="provided.al2023"),
        "Old": _function("old", CodeUri="fn", Runtime="python3.9"),
        "Image": _function("image", **IMAGE),
        "Far": _function("far", CodeUri="s3://bucket/code.zip"),
        "Gone": _function("gone", CodeUri="gone"),
        "Java": _function("java", CodeUri="fn", Runtime="java21"),
        "Unread": _function("unread", CodeUri="broken"),
        "Layer": {
            "Type": "AWS::Serverless::LayerVersion",
            "Properties": {"ContentUri": "layer"},
            "Metadata": {"BuildMethod": OWN},
        },
        "Packed": {
            "Type": "AWS::Serverless::LayerVersion",
            "Properties": {"ContentUri": "layer.zip"},
        },
        "NodeLayer": {
            "Type": "AWS::Serverless::LayerVersion",
            "Properties": {"ContentUri": "node_layer"},
            "Metadata": {"BuildMethod": "nodejs20.x"},
        },
    }


def write_template(folder: Path, word: str = "inline") -> None:
    """Write the template; its inline code answers with `word`."""
    document = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Globals": {"Function": {"Timeout": 30}},
        "Resources": resources(word),
    }
    (folder / "template.yaml").write_text(json.dumps(document, indent=1), encoding="utf-8")


def write_archive(file: Path, name: str, text: str) -> None:
    """Write an archive with one file."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, text)


def write_application(folder: Path) -> Path:
    """Write all of it; give the template's folder."""
    for path, text in _files(FILES, folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        written = text.format(python=sys.executable) if path.name in EXECUTABLE else text
        path.write_text(textwrap.dedent(written), encoding="utf-8")
        if path.name in EXECUTABLE:
            path.chmod(0o755)
    place = folder / "template"
    (place / "wheels").mkdir()
    write_wheel(place / "wheels", "py3-none-any", "TEXT = 'required'\n")
    write_archive(place / "code.zip", "zipped.py", _SAYS % "'an archive'")
    write_archive(place / "layer.zip", "python/packed.py", "T = ' and another'\n")
    (place / "foreign").mkdir()
    write_foreign_program(place / "foreign" / "bootstrap")
    write_template(place)
    return place


def write_foreign_program(file: Path) -> None:
    """Write the beginning of a program for a machine that nobody has here (s390x)."""
    file.write_bytes(b"\x7fELF\x02\x02\x01" + bytes(11) + (22).to_bytes(2, "big"))
    file.chmod(0o755)


def _files(tree: Mapping[str, Any], folder: Path) -> Iterator[tuple[Path, str]]:
    for name, content in tree.items():
        if isinstance(content, str):
            yield folder / name, content
        else:
            yield from _files(content, folder / name)
