"""What documents name is there: links, files and folders of this repository."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "benchmarks/README.md"]
)
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
QUOTED = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?)`")
TOP = {path.name for path in ROOT.iterdir()}
PACKAGE = ROOT / "service" / "visitplannr"
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def missing(document: Path) -> list[str]:
    """List what a document names and this repository has not.

    A path begins at the top, or at a package of the tool, as `up/session.py` does.
    """
    text = document.read_text(encoding="utf-8")
    links = [link for link in LINK.findall(text) if not (document.parent / link).exists()]
    gone = [
        path
        for path in QUOTED.findall(text)
        if (path.split("/")[0] in TOP and not (ROOT / path).exists())
        or (path.split("/")[0] in ROOMS - TOP and not (PACKAGE / path).exists())
    ]
    return links + gone


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_is_there(document: Path) -> None:
    assert missing(document) == []


def test_old_places_are_found_out(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("`service/cli/up.py` `up/session.py` `up/never.py` [a](no.md) `x/y`")
    assert missing(page) == ["no.md", "service/cli/up.py", "up/never.py"]


def test_the_architecture_page_shows_every_package_and_dependency() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == ROOMS
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["validate"], *extras.get("debug", ())]
    named = page[page.index("## Dependencies") :]
    names = {re.split(r"[\[>=<]", requirement)[0] for requirement in wanted}
    assert {name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", named)} == set()
