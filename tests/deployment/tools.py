"""What stands in for the programs that build code, and what they are given to build."""

import json
import stat
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from visitplannr.deployment.build.builder import Builder

NODE, PYTHON = "nodejs22.x", "python3.13"


class Tools:
    """Plays uv, npm, esbuild and make; notes what it was asked to do."""

    def __init__(self, errors: str | None = None) -> None:
        self.errors = errors
        self.ran: list[list[str]] = []
        self.manifests: list[Any] = []

    def __call__(
        self, words: Sequence[str], folder: Path, variables: Mapping[str, str]
    ) -> str | None:
        self.ran.append([Path(words[0]).name, *words[1:]])
        if self.errors is not None:
            return self.errors
        match Path(words[0]).name:
            case "uv":
                (Path(words[words.index("--target") + 1]) / "words.py").touch()
            case "npm":
                self._install(words, folder)
            case "make":
                (Path(variables["ARTIFACTS_DIR"]) / "made.py").write_text(
                    (folder / "a").read_text()
                )
            case "esbuild":
                self._bundle(words, folder)
        return None

    def _install(self, words: Sequence[str], folder: Path) -> None:
        if (folder / "package.json").is_file():
            self.manifests.append(json.loads((folder / "package.json").read_text()))
            names = self.manifests[-1].get("dependencies", {})
        else:
            names = [word for word in words if word.startswith("@")]
        for name in names:
            (folder / "node_modules" / name).mkdir(parents=True)

    def _bundle(self, words: Sequence[str], folder: Path) -> None:
        given = dict(word.split("=", 1) for word in words if "=" in word)
        Path(given["--outdir"]).mkdir()
        (Path(given["--outdir"]) / "app.js").write_text((folder / words[1]).read_text())
        inputs: dict[str, Any] = {words[1]: {}, "node_modules/x/index.js": {}}
        Path(given["--metafile"]).write_text(json.dumps({"inputs": inputs}))


Made = Callable[[Tools], Builder]


def depends(folder: Path, *names: str, **more: Any) -> None:
    manifest = {"dependencies": dict.fromkeys(names, "1"), **more}
    (folder / "package.json").write_text(json.dumps(manifest))


def write_archive(file: Path, **texts: str) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in texts.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFREG | 0o755) << 16
            archive.writestr(entry, text)
