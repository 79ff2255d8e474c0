"""docs/fidelity.md says of each rule what the tests show."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "fidelity.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([ERXTH]\d+) \| .* \| (.*) \|$", PAGE, re.MULTILINE)
TESTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(HERE.glob("test_*.py"))
    if path.name != Path(__file__).name
).upper()


@pytest.mark.parametrize(("rule", "says"), ROWS)
def test_a_rule_is_tested_where_the_page_says_so(rule: str, says: str) -> None:
    assert says.startswith(("tested", "different: "))
    named = re.search(rf"(?<![0-9A-Z]){rule}(?![0-9])", TESTS)
    assert bool(named) is says.startswith("tested")


def test_no_rule_is_there_twice() -> None:
    rules = [rule for rule, _ in ROWS]
    assert len(rules) == len(set(rules)) > 120
