"""cfn-lint's rules for a template; it does the SAM transform itself and finds the source lines."""

from collections.abc import Iterator
from pathlib import Path

from service.template.problems import Problem

_SEVERITIES = {"error": "error", "warning": "warning"}


class LinterMissingError(Exception):
    """cfn-lint is not installed; the message says how to install it."""


def lint(path: Path, region: str) -> Iterator[Problem]:
    """Yield what cfn-lint finds; its informational rules are left out.

    Raises:
        LinterMissingError: it is not installed.
    """
    try:
        from cfnlint.api import lint_file  # noqa: PLC0415 - half a second, and optional
        from cfnlint.config import ManualArgs  # noqa: PLC0415
    except ImportError as error:
        raise LinterMissingError(
            "cfn-lint is not installed: pip install 'visitplannr[validate]'"
        ) from error
    for match in lint_file(path, config=ManualArgs(regions=[region])):
        if severity := _SEVERITIES.get(match.rule.severity):
            yield Problem(
                str(path),
                match.linenumber,
                match.columnnumber,
                severity,
                match.rule.id,
                match.message,
            )


def known_runtimes() -> frozenset[str]:
    """Name the Lambda runtimes that there are or were; none if cfn-lint is not installed."""
    try:
        from cfnlint.data import AdditionalSpecs  # noqa: PLC0415
        from cfnlint.helpers import load_resource  # noqa: PLC0415
    except ImportError:
        return frozenset()
    return frozenset(load_resource(AdditionalSpecs, "LmbdRuntimeLifecycle.json"))
