"""cfn-lint's rules for a template; it does the SAM transform itself and finds the source lines.

It is not among what every installation has: only `validate` may import this.
"""

from collections.abc import Iterator
from pathlib import Path

from cfnlint.api import lint_file
from cfnlint.config import ManualArgs
from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import load_resource

from visitplannr.template.problems import Problem

_SEVERITIES = ("error", "warning")


def lint(path: Path, region: str) -> Iterator[Problem]:
    """Yield what cfn-lint finds; its informational rules are left out."""
    for match in lint_file(path, config=ManualArgs(regions=[region])):
        if match.rule.severity in _SEVERITIES:
            yield Problem(
                str(path),
                match.linenumber,
                match.columnnumber,
                match.rule.severity,
                match.rule.id,
                match.message,
            )


def known_runtimes() -> frozenset[str]:
    """Name the Lambda runtimes that there are or were."""
    return frozenset(load_resource(AdditionalSpecs, "LmbdRuntimeLifecycle.json"))
