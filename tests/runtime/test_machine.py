"""What this machine has to run a function with, and what is said where it has not."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from runtime.conftest import FUNCTION
from visitplannr.model.application import Function
from visitplannr.model.code import Build, Code
from visitplannr.runtime.node_interpreter import find_node
from visitplannr.runtime.program import reason_against
from visitplannr.runtime.runtimes import Runtimes


def write_node(place: Path, version: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\necho {version}\n")
    place.chmod(0o755)


NVM = ".nvm/versions/node"
NODES: list[Any] = [
    pytest.param({"bin/node": "v22.1.0"}, "bin/node", id="on the path"),
    pytest.param({"bin/node": "v20.1.0", f"{NVM}/v22.9.0/bin/node": "v22.9.0",
                  f"{NVM}/v22.10.0/bin/node": "v22.10.0"}, f"{NVM}/v22.10.0/bin/node", id="nvm"),
    pytest.param({".asdf/installs/nodejs/22.1.0/bin/node": "v22.1.0"},
                 ".asdf/installs/nodejs/22.1.0/bin/node", id="asdf"),
    pytest.param({"bin/node": "v20.1.0"}, "bin/node", id="another version"),
    pytest.param({"bin/node": "what?"}, None, id="no Node.js"),
    pytest.param({}, None, id="none"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "found"), NODES)
def test_the_node_of_a_runtime_is_looked_for(
    tmp_path: Path, there: Mapping[str, str], found: str | None
) -> None:
    for name, version in there.items():
        write_node(tmp_path / name, version)
    node = find_node("nodejs22.x", f"{tmp_path}/bin", tmp_path)
    assert (node and node.program) == (tmp_path / found if found else None)


def elf(machine: int, *, big: bool = False) -> bytes:
    order: Literal["big", "little"] = "big" if big else "little"
    return b"\x7fELF\x02" + bytes([2 if big else 1]) + bytes(12) + machine.to_bytes(2, order)


PROGRAMS: list[Any] = [
    pytest.param(b"#!/bin/sh\n", "x86_64", None, id="a script"),
    pytest.param(elf(0x3E), "x86_64", None, id="of this machine"),
    pytest.param(elf(0xB7), "arm64", None, id="arm64, as macOS calls it"),
    pytest.param(elf(0xB7), "x86_64", "is a program for aarch64, and this machine is x86_64",
                 id="arm64"),
    pytest.param(elf(0x16, big=True), "aarch64", "is a program for machine 22", id="another"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "machine", "reason"), PROGRAMS)
def test_l60_a_bootstrap_has_to_be_of_this_machine(
    tmp_path: Path, content: bytes, machine: str, reason: str | None
) -> None:
    program = tmp_path / "bootstrap"
    program.write_bytes(content)
    program.chmod(0o755)
    found = reason_against(program, machine)
    assert (found is None) if reason is None else reason in (found or "")


def test_l60_a_bootstrap_has_to_be_there_and_executable(tmp_path: Path) -> None:
    program = tmp_path / "bootstrap"
    assert "there is no" in (reason_against(program) or "")
    program.touch(mode=0o644)
    assert "is not executable: chmod +x it" in (reason_against(program) or "")


def notices(tmp_path: Path, function: Function) -> list[str]:
    write_node(tmp_path / "bin" / "node", "v20.1.0")
    return list(Runtimes(tmp_path, f"{tmp_path}/bin", tmp_path).notices(function))


ARN = "arn:aws:lambda:us-east-1:1:layer:L:2"
NOTICES: list[Any] = [
    pytest.param({"runtime": "nodejs20.x"}, [], id="nothing"),
    pytest.param({"runtime": "nodejs22.x"}, ["runs on Node.js 20; the template says nodejs22.x"],
                 id="another Node.js"),
    pytest.param({"fault": "it is an image", "missing_layers": (ARN,)},
                 ["is not run: it is an image"], id="not run"),
    pytest.param({"runtime": "ruby3.3"}, [
        "is not run: its runtime is ruby3.3; Python, Node.js and provided ones are run locally"],
        id="a runtime that is not run"),
    pytest.param({"runtime": "provided.al2023", "missing_layers": (ARN,)}, [
        f"runs without the layer {ARN}: give its folder by --layer {ARN}=FOLDER"], id="an ARN"),
    pytest.param({"runtime": "provided.al2023", "layers": (
        Code(Path("/x"), Build("Words"), fault="its code is far away"),)},
        ["runs without its layer Words: its code is far away"], id="a layer that is not here"),
    pytest.param({"runtime": "nodejs20.x", "without_effect": ("DurableConfig",)}, [
        ("runs without its DurableConfig: durable executions are AWS's alone; what is invoked here "
        "is the plain handler")], id="durable"),
    pytest.param({"runtime": "nodejs20.x", "without_effect": ("TenancyConfig", "SnapStart")}, [
        "runs without its TenancyConfig, SnapStart: only AWS heeds that"], id="settings"),
    pytest.param({"fault": "it is an image", "without_effect": ("SnapStart",)},
                 ["is not run: it is an image"], id="not run, whatever its settings"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "lines"), NOTICES)
def test_what_is_otherwise_than_on_aws_is_a_line_each(
    tmp_path: Path, changes: dict[str, Any], lines: list[str]
) -> None:
    assert notices(tmp_path, replace(FUNCTION, **changes)) == lines


def test_extensions_of_a_layer_are_not_started(tmp_path: Path) -> None:
    (tmp_path / "layer" / "extensions").mkdir(parents=True)
    (tmp_path / "layer" / "extensions" / "agent").touch()
    layers = (Code(tmp_path / "layer"),)
    function = replace(FUNCTION, runtime="provided.al2023", layers=layers)
    assert notices(tmp_path, function) == [
        f"runs without the extensions of its layer {tmp_path / 'layer'}"
    ]
