"""`visitplannr validate`: what is wrong with a template and the code that it names."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from visitplannr.backend.server.ministack.seams import known_types
from visitplannr.cli.output import complain, print_json, print_line, print_lines
from visitplannr.cli.place import search_path
from visitplannr.deployment.outline import outline
from visitplannr.deployment.requirements import Requirements, find_programs
from visitplannr.gateway.kinds import readers
from visitplannr.iam.grants import too_wide
from visitplannr.runtime.handler_check import handler_fault
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.template.inputs import Given, Inputs
from visitplannr.template.left_out import remote_applications
from visitplannr.template.problems import Problem, TemplateError
from visitplannr.template.project import Project, parts
from visitplannr.up.report import limitations

_ELSEWHERE = ("AWS::Serverless::", "Custom::")


def run_validate(inputs: Inputs, region: str, *, as_json: bool) -> int:
    """Print every problem with its place; return 1 if there are errors.

    Raises:
        TemplateError: the template cannot be read at all.
    """
    problems = sorted(
        set(_problems(inputs, region)),
        key=lambda one: (
            one.file != str(inputs.template),
            one.file,
            one.line,
            one.column,
            one.rule,
        ),
    )
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        print_json([problem.as_json() for problem in problems])
        return 1 if errors else 0
    print_lines(map(str, problems))
    warnings = len(problems) - errors
    counted = f"{errors} errors, {warnings} warnings" if problems else "valid"
    print_line(f"{inputs.template}: {counted}")
    return 1 if errors else 0


def _problems(inputs: Inputs, region: str) -> Iterator[Problem]:
    try:
        given = inputs.read(region)
    except TemplateError as error:
        if not error.problems:
            raise
        yield from error.problems
        return
    from visitplannr.template.checks import check, lint  # noqa: PLC0415 - cfn-lint takes seconds

    yield from _checked(given)
    found = [one for _, part in parts(given.project) for one in check(part, too_wide)]
    yield from found
    for _, part in parts(given.project):
        yield from lint(part.path, region)
    yield from (one for _, part in parts(given.project) for one in _left_out(part))
    if not any(problem.rule == "code" for problem in found):
        yield from _handlers(given, region)


def _left_out(project: Project) -> Iterator[Problem]:
    """Yield what `up` leaves out, as its backend does not know it."""
    known = known_types()
    absent = dict(remote_applications(project.template))
    for logical_id, resource in project.template["Resources"].items():
        kind = str(resource["Type"])
        if kind.startswith(_ELSEWHERE) and logical_id not in absent:
            continue
        if kind in known:
            continue
        place = ("Resources", logical_id, "Type")
        message = f"{logical_id} is left out by `up`: {kind} is not known to its backend"
        yield project.document.problem(place, "warning", "local", message)


def _checked(given: Given) -> Iterator[Problem]:
    try:
        given.project.check()
    except TemplateError as error:
        yield from error.problems


def _handlers(given: Given, region: str) -> Iterator[Problem]:
    document = given.project.document
    try:
        application = outline(given.project, readers(), region, given.ssm_values())
    except TemplateError as error:
        yield from error.problems or [document.problem((), "error", "template", str(error))]
        return
    for line in given.env_vars.unused(application):
        yield document.problem((), "warning", "env-vars", line)
    for line in given.project.unused():
        yield document.problem((), "warning", "parameter", line)
    with tempfile.TemporaryDirectory() as cache:
        path = search_path()
        requirements = Requirements(Path(cache), find_programs(path), complain)
        runtimes = Runtimes(Path(cache), path, Path.home(), requirements)
        for line in limitations(application, runtimes.notice):
            where = ("Resources", line.partition(" ")[0].rstrip(":"))
            yield document.problem(where, "warning", "local", line.removesuffix("."))
        for function in application.functions:
            runtimes.install(function)
            if fault := handler_fault(function, runtimes, region):
                place = ("Resources", function.logical_id, "Properties", "Handler")
                message = f"{function.logical_id}: {fault}"
                yield document.problem(place, "error", "handler", message)
