"""What docs/debugging.md tells people to paste is what `visitplannr init` writes."""

import json
import re
from pathlib import Path
from typing import Any

from visitplannr.cli.init import starter

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "debugging.md").read_text(encoding="utf-8")
LAUNCH, TASKS = (json.loads(text) for text in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL))


def written(name: str) -> Any:
    return next(json.loads(text) for path, text in starter("demo") if path.name == name)


def test_the_launch_configuration_is_the_one_of_init() -> None:
    assert written("launch.json") == LAUNCH


def test_the_task_is_one_of_those_of_init() -> None:
    (task,) = TASKS["tasks"]
    assert task in written("tasks.json")["tasks"]


def test_the_end_of_the_task_is_what_up_prints() -> None:
    (task,) = TASKS["tasks"]
    assert task["problemMatcher"]["background"]["endsPattern"] in GUIDE.partition("## VS Code")[0]
