"""docs/rules and the code know the same rules: what is cited has a row, and each row is cited.

A rule's id is a letter, which belongs to one page, and a number: `E14`, or a range, `E12 to E14`.
"""

import ast
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
PAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "docs" / "rules").glob("*.md"))
    if path.name != "README.md"
}
ROW = re.compile(r"^\| ([A-Z]\d+[a-z]?) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
SOURCE = re.compile(r"^- \*\*([^*]+)\*\*: \S", re.MULTILINE)
HOLDER = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
ID = r"(?:[ERXTHLUIW]\d\d?|D\d{1,3})[a-z]?"
CITED = re.compile(rf"(?<![\w.])({ID})(?:\s+to\s+({ID}))?(?!\w)")
NAMED_PAGE = re.compile(rf"([\w-]+\.md),?\s+((?:{ID}|to|and|or|,|\s)+)")
NAMED_PART = re.compile(r"([\w-]+\.md),? parts? (\d)(?: and (\d))?")
IN_A_NAME = re.compile(r"def test_((?:(?:[erxthluiw]\d\d?|d\d{1,3})_)+)")


@dataclass(frozen=True)
class Rule:
    """A row of a page."""

    page: str
    id: str
    sources: tuple[str, ...]
    held_by: str

    @property
    def holders(self) -> list[tuple[Path, str]]:
        return [(TESTS / path, name) for path, name in HOLDER.findall(self.held_by)]


RULES = [
    Rule(page, row[1], tuple(row[3].split(", ")), row[4])
    for page, text in PAGES.items()
    for row in ROW.finditer(text)
]
PAGE_OF = {rule.id: rule.page for rule in RULES}


def order(rule: str) -> tuple[str, int, str]:
    return rule[0], int(re.sub(r"\D", "", rule)), rule[-1]


def cited_in(text: str) -> Iterator[str]:
    """Yield the ids that a text cites, and of a range both ends and the rules between them."""
    for first, last in CITED.findall(text):
        yield first
        if last:
            yield last
            yield from (rule for rule in PAGE_OF if order(first) < order(rule) < order(last))
    for names in IN_A_NAME.findall(text):
        yield from names.upper().strip("_").split("_")


@functools.cache
def texts() -> Mapping[Path, str]:
    """Give what may cite a rule: code and tests, but for this file."""
    return {
        path: path.read_text(encoding="utf-8")
        for folder in ("service", "tests")
        for kind in ("*.py", "*.js", "*.mjs")
        for path in sorted((ROOT / folder).rglob(kind))
        if path != Path(__file__)
    }


@functools.cache
def citations() -> Mapping[Path, frozenset[str]]:
    return {path: frozenset(cited_in(text)) for path, text in texts().items()}


@functools.cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(texts().get(path, ""))
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def test_no_rule_is_there_twice() -> None:
    ids = [rule.id for rule in RULES]
    assert [one for one in sorted(set(ids)) if ids.count(one) > 1] == []
    assert len(ids) > 150


def test_what_is_cited_has_a_row() -> None:
    unknown = {
        str(path.relative_to(ROOT)): sorted(ids - set(PAGE_OF)) for path, ids in citations().items()
    }
    assert {path: ids for path, ids in unknown.items() if ids} == {}


def test_a_citation_names_the_page_that_has_the_rule() -> None:
    wrong = [
        (str(path.relative_to(ROOT)), page, rule)
        for path, text in texts().items()
        for page, ids in NAMED_PAGE.findall(text)
        for rule in cited_in(ids)
        if PAGE_OF.get(rule) != page
    ]
    assert wrong == []


def test_a_citation_names_a_part_that_there_is() -> None:
    wrong = [
        (str(path.relative_to(ROOT)), page, part)
        for path, text in texts().items()
        for page, *parts in NAMED_PART.findall(text)
        for part in parts
        if part and f"\n## {part}. " not in PAGES[page]
    ]
    assert wrong == []


def test_every_row_is_cited() -> None:
    cited = frozenset().union(*citations().values())
    assert [rule.id for rule in RULES if rule.id not in cited] == []


def test_every_row_names_tests_that_there_are() -> None:
    gone = [
        (rule.id, name)
        for rule in RULES
        for path, name in rule.holders
        if name not in functions_of(path)
    ]
    assert gone == []
    assert [rule.id for rule in RULES if len(rule.holders) != rule.held_by.count("::")] == []


def test_every_row_is_named_by_one_of_its_tests_files() -> None:
    assert [
        rule.id
        for rule in RULES
        if not any(rule.id in citations().get(path, ()) for path, _ in rule.holders)
    ] == []


def test_every_row_has_its_source_from_the_pages_list() -> None:
    listed = {page: set(SOURCE.findall(text)) for page, text in PAGES.items()}
    used = {
        page: {source for rule in RULES if rule.page == page for source in rule.sources}
        for page in PAGES
    }
    assert used == listed


def test_what_differs_is_a_rule() -> None:
    fidelity = (ROOT / "docs" / "fidelity.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| ([A-Z]\d+) \| ", fidelity, re.MULTILINE)
    assert listed
    assert [rule for rule in listed if rule not in PAGE_OF] == []
    assert len(listed) == len(set(listed))
