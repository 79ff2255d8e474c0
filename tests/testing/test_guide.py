"""What docs/testing.md tells people to type does what it says."""

import re
import subprocess
import sys

import pytest
from integration.running import ROOT
from testing.conftest import copy_application
from visitplannr.testing import Stack

pytest_plugins = "pytester"
GUIDE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
RUN_ELSEWHERE = {  # in test_sessions.py and test_plugin.py
    "pytest\n",
    "pytest -n 2\n",
    "pytest --stack-url http://localhost:8000\n",
    "pytest --stack-name shop --stack-profile dev\n",
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_tests_of_the_guide_pass(pytester: pytest.Pytester, shop: Stack) -> None:
    tests = [block for block in blocks("python") if block.startswith("def test")]
    copy_application(pytester.path)
    (pytester.path / "test_guide.py").write_text("\n\n".join(tests))
    arguments = ("-p", "no:cacheprovider", "-p", "no:asyncio", "--stack-url", shop.url)
    result = pytester.runpytest_inprocess(*arguments, "test_guide.py")
    result.assert_outcomes(passed=len(tests))
    assert len(tests) == 4


def test_the_settings_of_the_guide_exist(pytester: pytest.Pytester) -> None:
    (settings,) = blocks("ini")
    (pytester.path / "pytest.ini").write_text(settings)
    result = pytester.runpytest_inprocess("--strict-config", "-p", "no:asyncio")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_commands_of_the_guide_run(shop: Stack) -> None:
    others = [block for block in blocks("sh") if block not in RUN_ELSEWHERE]
    assert set(blocks("sh")) == {*others, *RUN_ELSEWHERE}
    (curls,) = others
    for command in curls.replace("\\\n", "").splitlines():
        here = command.replace("http://localhost:8000", shop.url)
        done = subprocess.run(
            ["bash", "-ec", here.replace("curl", "curl -sf")],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, (command, done.stderr)


def test_the_script_of_the_guide_runs(shop: Stack) -> None:
    (script,) = (block for block in blocks("python") if block.startswith("from"))
    attached = script.replace(
        'Stack("template.yaml", parameters={"Currency": "GBP"})', f'Stack.at("{shop.url}")'
    )
    assert attached != script
    done = subprocess.run(
        [sys.executable, "-c", attached], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "{'counted': 0.5}\n"
