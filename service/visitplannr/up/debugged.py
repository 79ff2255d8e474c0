"""Which functions can be debugged, as far as the template says."""

from collections.abc import Collection, Iterator

from visitplannr.template.project import Project, parts
from visitplannr.up.options import OptionsError

_FUNCTIONS = frozenset({"AWS::Serverless::Function", "AWS::Lambda::Function"})


def check_debugged(wanted: Collection[str], project: Project) -> None:
    """Check that all functions that are to be debugged are there.

    Raises:
        OptionsError: one is not; the message names those there are.
    """
    if not wanted:
        return
    there = dict(_functions(project))
    if unknown := ", ".join(sorted(set(wanted) - there.keys() - set(there.values()))):
        names = ", ".join(sorted(set(there.values()))) or "none"
        raise OptionsError(f"--debug: there is no function {unknown}; there are: {names}")


def _functions(project: Project) -> Iterator[tuple[str, str]]:
    """Yield the ids of functions, those in nested stacks behind the ids of these, and alone."""
    for within, part in parts(project):
        for name, resource in part.template["Resources"].items():
            if isinstance(resource, dict) and resource.get("Type") in _FUNCTIONS:
                yield f"{within.replace('/', '')}{name}", name
