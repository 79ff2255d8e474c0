"""The command line before any command has been imported."""

import subprocess
import sys

import pytest

IMPORTING = """
import os, signal, sys
from visitplannr.cli.main import app

class Interrupted:
    def find_spec(self, name, *_):
        if name == "visitplannr.up.main":
            os.kill(os.getpid(), signal.{name})

sys.meta_path.insert(0, Interrupted())
app(["up", "--ephemeral"])
"""
HEAVY = ("boto3", "botocore", "fastapi", "samtranslator", "uvicorn", "yaml")
HELP = """
import sys
from visitplannr.cli.main import app
app(["--help"], standalone_mode=False)
sys.exit(", ".join(sorted(set({heavy}) & set(sys.modules))))
"""
START = """
import sys
import visitplannr.up.main
early = {"boto3", "botocore", "fastapi", "jsonschema"} & set(sys.modules)
import visitplannr.up.parts
sys.exit(", ".join(sorted(early | {"fastapi"} & set(sys.modules))))
"""


def python(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_while_up_is_imported_ends_it_in_silence(name: str) -> None:
    done = python(IMPORTING.format(name=name))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_help_imports_nothing_that_takes_long() -> None:
    done = python(HELP.format(heavy=HEAVY))
    assert "validate" in done.stdout
    assert done.stderr.strip() == ""


def test_up_imports_what_takes_long_while_its_backend_boots_and_fastapi_when_asked() -> None:
    done = python(START)
    assert done.stderr.strip() == ""
