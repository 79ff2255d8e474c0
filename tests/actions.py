"""Runs the steps of a composite action (action.yml) as a runner does: bash, and its files."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{ *([\w.]+) *\}\}")


@dataclass
class Job:
    """What a job knows while its steps run: its folder, its PATH, what steps have given."""

    workspace: Path
    temporary: Path
    path: str
    said: str = ""
    failed: bool = False
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self, step: Mapping[str, Any], known: Mapping[str, str]) -> None:
        """Run a step; what it writes to GITHUB_OUTPUT and GITHUB_PATH counts for later ones."""
        files = {name: self.temporary / name for name in ("GITHUB_OUTPUT", "GITHUB_PATH")}
        for file in files.values():
            file.write_text("")
        own = {name: filled(text, known) for name, text in step.get("env", {}).items()}
        given = {name: value for name, value in os.environ.items() if "AWS" not in name}
        script = self.temporary / "step.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace, text=True, check=False, timeout=300,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**given, **own, **{name: str(file) for name, file in files.items()},
                 "PATH": self.path, "RUNNER_TEMP": str(self.temporary)},
        )  # fmt: skip
        self.said += done.stdout
        self.failed |= done.returncode != 0
        for line in files["GITHUB_PATH"].read_text().splitlines():
            self.path = f"{line}:{self.path}"
        pairs = (line.partition("=") for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        self.outputs[step.get("id", "")] = {name: value for name, _, value in pairs}


@dataclass(frozen=True)
class Action:
    """A composite action that lies in `folder`."""

    folder: Path

    @property
    def document(self) -> Mapping[str, Any]:
        document: Mapping[str, Any] = yaml.safe_load((self.folder / "action.yml").read_text())
        return document

    def use(self, job: Job, *, without: str = "", **inputs: str) -> Mapping[str, str]:
        """Run its steps in a job, but for the one of a name; give its outputs."""
        known = dict(self._known(inputs))
        for step in self.document["runs"]["steps"]:
            asked_for_failures = step.get("if", "success()") == "failure()"
            if step["name"] != without and job.failed == asked_for_failures:
                assert step["shell"] == "bash"
                job.run(step, known)
                made = job.outputs.get(step.get("id", ""), {})
                known |= {f"steps.{step.get('id')}.outputs.{n}": v for n, v in made.items()}
        outputs = self.document["outputs"].items()
        return {name: filled(output["value"], known) for name, output in outputs}

    def _known(self, given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        yield "github.action_path", str(self.folder)
        for name, declared in self.document["inputs"].items():
            yield f"inputs.{name}", given.get(name, declared["default"])


def filled(text: str, known: Mapping[str, str]) -> str:
    """Put values in the place of `${{ name }}`; what is not known is empty."""
    return _EXPRESSION.sub(lambda found: known.get(found[1], ""), text)
