"""`visitplannr validate`: what is wrong with a template and the code that it names."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from visitplannr.backend.server.ministack.seams import known_types
from visitplannr.cli.output import complain, print_json, print_line, print_lines
from visitplannr.cli.place import code_builder, search_path
from visitplannr.cli.surroundings import translations
from visitplannr.deployment.outline import outline
from visitplannr.gateway.kinds import readers
from visitplannr.iam.grants import too_wide
from visitplannr.model.application import Function
from visitplannr.model.code import Code
from visitplannr.runtime.handler_check import Fault, handler_fault
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.template.document import Document
from visitplannr.template.inputs import Given, Inputs
from visitplannr.template.left_out import remote_applications
from visitplannr.template.problems import Problem, TemplateError
from visitplannr.template.project import Project, parts
from visitplannr.up.report import limitations

_ELSEWHERE = ("AWS::Serverless::", "Custom::")


def run_validate(inputs: Inputs, region: str, layers: Mapping[str, Code], *, as_json: bool) -> int:
    """Print every problem with its place; return 1 if there are errors.

    Raises:
        TemplateError: the template cannot be read at all.
    """
    problems = sorted(
        set(_problems(inputs, region, layers)),
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


def _problems(inputs: Inputs, region: str, layers: Mapping[str, Code]) -> Iterator[Problem]:
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
    without_code = {one.message.partition(":")[0] for one in found if one.rule == "code"}
    for logical_id, problem in _functions(given, region, layers):
        if logical_id not in without_code:
            yield problem


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


def _functions(
    given: Given, region: str, layers: Mapping[str, Code]
) -> Iterator[tuple[str, Problem]]:
    """Yield by function what is wrong with its code, and what will not be here as on AWS."""
    document = given.project.document
    try:
        values, translate = given.ssm_values(), translations()
        application = outline(given.project, readers(), region, values, layers, translate=translate)
    except TemplateError as error:
        found = error.problems or [document.problem((), "error", "template", str(error))]
        yield from (("", problem) for problem in found)
        return
    for line in given.env_vars.unused(application):
        yield "", document.problem((), "warning", "env-vars", line)
    for line in given.project.unused():
        yield "", document.problem((), "warning", "parameter", line)
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name)
        runtimes = Runtimes(cache, search_path(), Path.home(), code_builder(cache, complain))
        for line in limitations(application, runtimes.notices):
            logical_id = line.partition(" ")[0].rstrip(":")
            where = ("Resources", logical_id)
            message = line.removesuffix(".")
            yield logical_id, document.problem(where, "warning", "local", message)
        for function in filter(runtimes.runs, application.functions):
            if fault := handler_fault(function, runtimes, region):
                yield function.logical_id, _problem(function, fault, document)


def _problem(function: Function, fault: Fault, document: Document) -> Problem:
    if fault.place:
        file, line, column = fault.place
        return Problem(file, line, column, "error", "handler", fault.message)
    place = ("Resources", function.logical_id, "Properties", "Handler")
    severity, rule = ("warning", "local") if fault.local else ("error", "handler")
    return document.problem(place, severity, rule, f"{function.logical_id}: {fault.message}")
