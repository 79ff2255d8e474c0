"""`visitplannr validate`: what is wrong with a template and the code that it names."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from visitplannr.deployment.outline import outline
from visitplannr.iam.grants import too_wide
from visitplannr.runtime.handler_check import handler_fault
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.template.checks import check
from visitplannr.template.lint import lint
from visitplannr.template.problems import Positions, Problem
from visitplannr.template.source import TemplateError, load
from visitplannr.up.api_readers import API_READERS


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
        sys.stdout.write(f"{json.dumps([problem.as_json() for problem in problems])}\n")
        return 1 if errors else 0
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    warnings = len(problems) - errors
    counted = f"{errors} errors, {warnings} warnings" if problems else "valid"
    sys.stdout.write(f"{template}: {counted}\n")
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
        application = outline(template, API_READERS, region)
    except TemplateError as error:
        yield positions.problem((), "error", "template", str(error))
        return
    with tempfile.TemporaryDirectory() as cache:
        runtimes = Runtimes(Path(cache), os.defpath, Path.home())
        for function in application.functions:
            runtimes.install(function, _tell)
            if fault := handler_fault(function, runtimes, region):
                place = ("Resources", function.logical_id, "Properties", "Handler")
                message = f"{function.logical_id}: {fault}"
                yield positions.problem(place, "error", "handler", message)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
