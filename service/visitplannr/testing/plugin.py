"""The pytest plugin: fixtures of a running stack, and what it tells about a failing test.

A suite that asks for no stack pays for a few options: nothing is started, or imported, for it.
"""

import contextlib
import re
import sys
import time
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from visitplannr.testing.errors import NotOnAwsError, StackError
from visitplannr.testing.stack import Stack

_FAILED = 1
_FIXTURES = ("stack", "local_stack")
_NO_STACK = "visitplannr_no_stack"
_BEGAN = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; those of the ini file are named as `up`'s flags are."""
    group = parser.getgroup("visitplannr", "a serverless application's stack")
    group.addoption("--stack-url", metavar="URL", help="use the `visitplannr up` at this address")
    group.addoption("--stack-name", metavar="NAME", help="use the stack of this name on AWS")
    group.addoption("--stack-profile", metavar="P", help="the AWS profile for --stack-name")
    parser.addini("stack_template", "the stack's template, from the ini file's folder")
    parser.addini("stack_parameters", "values of its parameters: Name=value", type="args")
    parser.addini("stack_env_vars", "a file of variables, as SAM CLI's --env-vars has it")
    parser.addini("stack_flags", "more flags of `visitplannr up`", type="args")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse what cannot be meant, before any test."""
    url, name = config.getoption("stack_url"), config.getoption("stack_name")
    if url and name:
        raise pytest.UsageError("--stack-url and --stack-name name two stacks; choose one")
    if config.getoption("stack_profile") and not name:
        raise pytest.UsageError("--stack-profile needs --stack-name")
    if url and _workers(config) > 1:
        raise pytest.UsageError(
            "--stack-url is one stack, whose tests would disturb each other in several workers; "
            "leave -n away, or --stack-url, and each worker has a stack of its own"
        )


@pytest.fixture(scope="session")
def local_stack(pytestconfig: pytest.Config) -> Iterator[Stack]:
    """Give the running stack, the same for the whole session (or the worker, with xdist)."""
    with contextlib.ExitStack() as held:
        try:
            stack = held.enter_context(_stack(pytestconfig))
        except StackError as error:
            _worker_output(pytestconfig)[_NO_STACK] = str(error)
            pytest.exit(str(error), returncode=_FAILED)
        yield stack


@pytest.fixture
def stack(local_stack: Stack, pytestconfig: pytest.Config) -> Stack:
    """Give the running stack with nothing in it; one on AWS is as the tests before have left it."""
    if not pytestconfig.getoption("stack_name"):
        local_stack.reset()
    return local_stack


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """End the run, as without workers, when one of them has no stack."""
    if why := getattr(node, "workeroutput", {}).get(_NO_STACK):
        pytest.exit(why, returncode=_FAILED)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note since when what happens is this test's."""
    item.stash[_BEGAN] = time.time()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a failed test's report what its stack has run."""
    report = yield
    used = getattr(item, "funcargs", {})
    found = next((used[name] for name in _FIXTURES if isinstance(used.get(name), Stack)), None)
    if report.failed and found is not None:
        report.sections += _sections(found, item.stash.get(_BEGAN, 0.0))
    return report


def _sections(stack: Stack, since: float) -> list[tuple[str, str]]:
    from visitplannr.testing.reports import sections  # noqa: PLC0415 - only for what fails

    try:
        return list(sections(stack.recorded(since)))
    except NotOnAwsError:
        return []
    except StackError as error:
        return [("invocations", str(error))]


def _stack(config: pytest.Config) -> Stack:
    if url := config.getoption("stack_url"):
        return Stack.at(url)
    if name := config.getoption("stack_name"):
        return Stack.on_aws(name, config.getoption("stack_profile"))
    logs = sys.stderr if config.getoption("capture") == "no" else None
    parameters = dict(_pair(text) for text in config.getini("stack_parameters"))
    return Stack(
        config.getini("stack_template") or None,
        parameters=parameters,
        env_vars=config.getini("stack_env_vars") or None,
        flags=config.getini("stack_flags"),
        folder=config.inipath.parent if config.inipath else config.rootpath,
        logs=logs,
    )


def _worker_output(config: pytest.Config) -> dict[str, Any]:
    """Give what a worker of pytest-xdist tells in the end; without workers, it goes nowhere."""
    found: dict[str, Any] = getattr(config, "workeroutput", {})
    return found


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise pytest.UsageError(f"stack_parameters: {text} is no Name=value")
    return name, value


def _workers(config: pytest.Config) -> int:
    """Count the processes that pytest-xdist runs tests in."""
    specs: Any = getattr(config.option, "tx", None) or ()
    factors = (re.match(r"(\d+)\*", spec) for spec in specs)
    return sum(int(factor[1]) if factor else 1 for factor in factors)
