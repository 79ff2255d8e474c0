"""What README.md and the guides tell people to type, and where each of it is run.

A block of shell commands is run on the stack that `visitplannr init` makes
(integration/test_guides.py), unless a test of its own is named here.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
GUIDES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(visitplannr [^`]+)`")

_README = "integration/test_readme.py::test_the_curl_proposes_and_the_event_is_read_back"
_INSTALL = "install/test_install.py::"
_IMAGE = "compose/test_image.py::"
_SESSIONS = "testing/test_sessions.py::"
_TEST_GUIDE = "testing/test_guide.py::"
ELSEWHERE: Mapping[str, str] = {
    "pipx install .": f"{_INSTALL}test_it_is_installed_from_a_clone",
    "visitplannr up": "integration/test_detached.py::"
    "test_a_detached_one_is_ready_when_the_command_returns",
    "visitplannr init demo": "packaging/test_wheel.py::"
    "test_an_application_to_begin_with_is_green_at_once",
    "make up": f"{_INSTALL}test_a_clone_is_up_with_one_command",
    "make test": "../.ci/run::make test",
    "curl -i -X POST localhost:8000/destination -H 'Content-Type": _README,
    "curl -i -X POST localhost:8000/destination -H 'Idem": "integration/test_readme.py::"
    "test_the_retry_lands_on_the_same_event",
    "docker compose up": "compose/running.py::def up",
    "docker build": f"{_IMAGE}image",
    "docker run": f"{_IMAGE}test_an_application_runs_in_the_image",
    "pytest --stack-url": "testing/test_plugin.py::"
    "test_a_foreign_suite_runs_on_a_stack_that_runs_already",
    "pytest --stack-name": "testing/test_plugin.py::"
    "test_what_only_a_local_stack_can_do_is_skipped_on_aws",
    "pytest -n 2": f"{_SESSIONS}test_workers_have_a_stack_each",
    "pytest": f"{_SESSIONS}test_a_suite_runs_alone_and_nothing_is_left_when_it_is_interrupted",
    "curl -X POST http://localhost:8000/_local/reset": f"{_TEST_GUIDE}"
    "test_the_commands_of_the_guide_run",
    "pip install 'visitplannr[debug]'": f"{_INSTALL}test_the_extras_bring_debugger_and_linter",
    "python -m visitplannr.dynamodb": "dynamodb/served.py::python -m visitplannr.dynamodb",
    ".venv/bin/python .ci/release.py": "packaging/test_release.py::test_the_recipe_makes_a_release",
    "make dist": "packaging/test_release.py::test_the_recipe_makes_a_release",
    "git tag": "packaging/test_release.py::test_the_recipe_makes_a_release",
}
"""How a block begins → the test that runs it, or a text of the file that does."""


def blocks(document: Path) -> Iterator[str]:
    """Yield a document's blocks of shell commands, without the indentation of a list."""
    for _, block in _BLOCK.findall(document.read_text(encoding="utf-8")):
        yield textwrap.dedent(block)


def place_of(block: str) -> str | None:
    """Name the test that runs a block; None if it is run as it is, with the others."""
    return next((place for begin, place in ELSEWHERE.items() if block.startswith(begin)), None)


def mentioned() -> Iterator[tuple[Path, str]]:
    """Yield the commands of ours that texts mention, in whichever document."""
    for document in GUIDES:
        for command in _INLINE.findall(document.read_text(encoding="utf-8")):
            yield document, " ".join(command.split())
