"""The pytest plugin, in sessions of their own that share one running stack of another team's."""

import re

import pytest
from testing.conftest import copy_application
from visitplannr.testing import Stack

pytest_plugins = "pytester"
_ALONE = ("-p", "no:cacheprovider", "-p", "no:asyncio")

FAILING = """
def test_order(stack):
    stack.http.post("/orders", json={"id": "vase", "fragile": True})
    stack.wait_for(lambda: [one for one in stack.invocations("Pack") if one.log])
    assert stack.invoke("Count", {"by": 0}).error is None
"""


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run a session in this process, with no plugin but ours and pytest's."""
    return pytester.runpytest_inprocess(*_ALONE, *arguments)


def test_a_foreign_suite_runs_on_a_stack_that_runs_already(
    pytester: pytest.Pytester, shop: Stack
) -> None:
    copy_application(pytester.path)
    run(pytester, "--stack-url", shop.url).assert_outcomes(passed=13)


def test_a_failing_tests_report_shows_what_it_has_caused(
    pytester: pytest.Pytester, shop: Stack
) -> None:
    pytester.makepyfile(FAILING)
    result = run(pytester, "--stack-url", shop.url)
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [
            r"-+ invocations -+",
            r"#\d+  Order  http-api  201",
            r"    dynamodb  PutItem  arn:aws:dynamodb:\S+  200  .*",
            r"#\d+  Pack  sqs  error  ValueError: vase is fragile \(packing\.py:13\)",
            r"#\d+  Count  invoke  error  ZeroDivisionError: division by zero \(packing\.py:19\)",
            r"-+ log of Order -+",
            r"START RequestId: .*",
            r"-+ log of Pack -+",
            r"packing vase",
            r".*packing\.py.*, line 13, in pack",
            r"ValueError: vase is fragile \(packing\.py:13\)",
            r"-+ log of Count -+",
            r"counting all",
        ],
        consecutive=False,
    )


def test_a_passing_test_says_nothing(pytester: pytest.Pytester, shop: Stack) -> None:
    pytester.makepyfile("def test_count(stack): assert stack.invoke('Count').payload")
    result = run(pytester, "--stack-url", shop.url)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*counting*")
    assert result.stderr.str() == ""


def test_the_session_has_one_stack_that_only_the_fixture_stack_empties(
    pytester: pytest.Pytester, shop: Stack
) -> None:
    pytester.makepyfile(
        """
        def test_one(stack): stack.invoke("Count")
        def test_two(local_stack): assert len(local_stack.invocations()) == 1
        def test_three(stack, local_stack):
            assert stack is local_stack
            assert stack.invocations() == []
        """
    )
    run(pytester, "--stack-url", shop.url).assert_outcomes(passed=3)


def test_what_only_a_local_stack_can_do_is_skipped_on_aws(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_reset(stack): stack.reset()
        def test_records(stack): stack.invocations("Function")
        def test_clock(stack): stack.clock.advance(60)
        def test_neither(stack): assert stack.endpoint_url is None
        """
    )
    result = run(pytester, "-rs", "--stack-name", "shop")
    result.assert_outcomes(skipped=3, passed=1)
    result.stdout.fnmatch_lines(
        ["*reset: a stack on AWS cannot do this, a local one can", "*records of invocations: a*"]
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--stack-url", "http://localhost:1", "-n", "2"), "--stack-url is one stack, *"),
        (("--stack-url", "http://localhost:1", "--stack-name", "a"), "*two stacks; choose one"),
        (("--stack-profile", "p"), "--stack-profile needs --stack-name"),
    ],
)
def test_contradictions_are_refused(
    pytester: pytest.Pytester, arguments: tuple[str, ...], line: str
) -> None:
    result = run(pytester, *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {line}"])


TWO = "def test_one(stack): pass\ndef test_two(stack): pass\n"
BROKEN = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Table: {Type: [\n"


@pytest.mark.parametrize(
    ("template", "line"),
    [
        (BROKEN, r"template\.yaml:3:18: .+"),
        (None, r".*template\.yaml.*"),
    ],
)
def test_a_template_that_cannot_be_read_ends_the_run_in_one_line(
    pytester: pytest.Pytester, template: str | None, line: str
) -> None:
    if template:
        pytester.makefile(".yaml", template=template)
    pytester.makepyfile(TWO)
    result = run(pytester)
    assert result.ret == 1
    said = [text for text in result.outlines + result.errlines if "template.yaml" in text]
    assert len(said) == 1
    assert re.search(line, said[0])
    result.assert_outcomes()


def test_nobody_answers_at_the_url(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TWO)
    result = run(pytester, "--stack-url", "http://127.0.0.1:1")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*no `visitplannr up` answers at http://127.0.0.1:1: *"])
