"""`visitplannr validate`: what is wrong with a template and the code that it names."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from visitplannr.cli.output import complain, print_json, print_line, print_lines
from visitplannr.cli.place import search_path
from visitplannr.deployment.deploy import outline
from visitplannr.deployment.requirements import Requirements, find_programs
from visitplannr.gateway.kinds import readers
from visitplannr.iam.grants import too_wide
from visitplannr.runtime.handler_check import handler_fault
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.template.checks import check, lint
from visitplannr.template.problems import Positions, Problem
from visitplannr.template.source import TemplateError, load


def run_validate(template: Path, region: str, *, as_json: bool) -> int:
    """Print every problem with its place; return 1 if there are errors.

    Raises:
        TemplateError: the template cannot be read at all.
    """
    problems = sorted(
        set(_problems(template, region)),
        key=lambda problem: (problem.line, problem.column, problem.rule),
    )
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        print_json([problem.as_json() for problem in problems])
        return 1 if errors else 0
    print_lines(map(str, problems))
    warnings = len(problems) - errors
    counted = f"{errors} errors, {warnings} warnings" if problems else "valid"
    print_line(f"{template}: {counted}")
    return 1 if errors else 0


def _problems(template: Path, region: str) -> Iterator[Problem]:
    document = load(template)
    yield from lint(template, region)
    found = list(check(template, document, too_wide))
    yield from found
    if not any(problem.rule == "code" for problem in found):
        yield from _handlers(template, region)


def _handlers(template: Path, region: str) -> Iterator[Problem]:
    positions = Positions(template)
    try:
        application = outline(template, readers(), region)
    except TemplateError as error:
        yield positions.problem((), "error", "template", str(error))
        return
    with tempfile.TemporaryDirectory() as cache:
        path = search_path()
        requirements = Requirements(Path(cache), find_programs(path), complain)
        runtimes = Runtimes(Path(cache), path, Path.home(), requirements)
        for function in application.functions:
            runtimes.install(function)
            if fault := handler_fault(function, runtimes, region):
                place = ("Resources", function.logical_id, "Properties", "Handler")
                message = f"{function.logical_id}: {fault}"
                yield positions.problem(place, "error", "handler", message)
