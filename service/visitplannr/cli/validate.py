"""`visitplannr validate`: what is wrong with a template and the code that it names."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from visitplannr.cli.output import complain, print_json, print_line, print_lines
from visitplannr.cli.place import code_builder, search_path
from visitplannr.deployment.deploy import outline
from visitplannr.gateway.kinds import readers
from visitplannr.iam.grants import too_wide
from visitplannr.model.application import Function
from visitplannr.runtime.handler_check import handler_fault
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.template.checks import check, lint
from visitplannr.template.problems import Positions, Problem
from visitplannr.template.source import TemplateError, load


def run_validate(template: Path, region: str, layers: Mapping[str, Path], *, as_json: bool) -> int:
    """Print every problem with its place; return 1 if there are errors.

    Raises:
        TemplateError: the template cannot be read at all.
    """
    problems = sorted(
        set(_problems(template, region, layers)),
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


def _problems(template: Path, region: str, layers: Mapping[str, Path]) -> Iterator[Problem]:
    document = load(template)
    yield from lint(template, region)
    found = list(check(template, document, too_wide))
    yield from found
    without_code = {
        problem.message.partition(":")[0] for problem in found if problem.rule == "code"
    }
    for logical_id, problem in _functions(template, region, layers):
        if logical_id not in without_code:
            yield problem


def _functions(
    template: Path, region: str, layers: Mapping[str, Path]
) -> Iterator[tuple[str, Problem]]:
    """Yield what is wrong with functions' code, by function, and what of it will not run here."""
    positions = Positions(template)
    try:
        application = outline(template, readers(), region, layers=layers)
    except TemplateError as error:
        yield "", positions.problem((), "error", "template", str(error))
        return
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name)
        runtimes = Runtimes(cache, search_path(), Path.home(), code_builder(cache, complain))
        for function in application.functions:
            for problem in _of_function(function, runtimes, region, positions):
                yield function.logical_id, problem


def _of_function(
    function: Function, runtimes: Runtimes, region: str, positions: Positions
) -> Iterator[Problem]:
    place = ("Resources", function.logical_id, "Properties", "Handler")
    for gap in runtimes.gaps(function):
        yield positions.problem(place[:2], "warning", "local", f"{function.logical_id} {gap}")
    fault = handler_fault(function, runtimes, region) if runtimes.runs(function) else None
    if fault and fault.place:
        file, line, column = fault.place
        yield Problem(file, line, column, "error", "handler", fault.message)
    elif fault:
        message = f"{function.logical_id}: {fault.message}"
        severity, rule = ("warning", "local") if fault.local else ("error", "handler")
        yield positions.problem(place, severity, rule, message)
