"""What is wrong with a template: by cfn-lint's rules, and by checks of our own.

Ours are for what the transform and cfn-lint let through; each yields the place in the template, a
severity, its rule's name and a message. cfn-lint does the SAM transform itself and finds the source
lines. It is not among what every installation has: only `validate` may import this.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cfnlint.api import lint_file
from cfnlint.config import ManualArgs
from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import load_resource

from visitplannr.template.code import CODE_PROPERTIES, is_local
from visitplannr.template.document import Place
from visitplannr.template.problems import Problem
from visitplannr.template.project import Project

Finding = tuple[Place, str, str, str]
Properties = tuple[tuple[str, ...], Mapping[str, Any]]
_FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
_LAYERS = ("AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion")
_ROLES = ("AWS::IAM::Role", "AWS::IAM::Policy")
_SEVERITIES = ("error", "warning")


def lint(path: Path, region: str) -> Iterator[Problem]:
    """Yield what cfn-lint finds; its informational rules are left out.

    A template that makes it fail, e.g. by keys that YAML 1.1 takes for booleans, is said.
    """
    try:
        found = lint_file(path, config=ManualArgs(regions=[region]))
    except Exception as error:  # noqa: BLE001 - whatever it is, the other checks go on
        why = f"cfn-lint cannot check this template ({type(error).__name__}: {error})"
        yield Problem(str(path), 1, 1, "warning", "cfn-lint", why)
        return
    for match in found:
        if match.rule.severity in _SEVERITIES:
            yield Problem(
                str(path),
                match.linenumber,
                match.columnnumber,
                match.rule.severity,
                match.rule.id,
                match.message,
            )


def check(project: Project, too_wide: Callable[[Any], Iterable[str]]) -> Iterator[Problem]:
    """Check a template; `too_wide` says what is wrong with a policy."""
    template = project.template
    for place, severity, rule, message in (
        *(finding for one in _CHECKS for finding in one(template, project.folder)),
        *_wide_permissions(template, too_wide),
    ):
        yield project.document.problem(place, severity, rule, message)
    yield from project.variable_problems()
    yield from project.doubts()


def _code_exists(template: Mapping[str, Any], folder: Path) -> Iterator[Finding]:
    layers = _properties_of(template, _LAYERS)
    for place, settings in (*_function_settings(template), *layers):
        for name in sorted(set(CODE_PROPERTIES.values()) & settings.keys()):
            location = settings[name]
            if is_local(location) and not (folder / location).exists():
                yield (*place, name), "error", "code", f"{place[1]}: {location} does not exist"


def _runtimes_known(template: Mapping[str, Any], _folder: Path) -> Iterator[Finding]:
    known = load_resource(AdditionalSpecs, "LmbdRuntimeLifecycle.json")
    for place, settings in _function_settings(template):
        runtime = settings.get("Runtime")
        if isinstance(runtime, str) and runtime not in known:
            yield (*place, "Runtime"), "error", "runtime", f"Lambda has no runtime {runtime}"


def _routes_differ(template: Mapping[str, Any], _folder: Path) -> Iterator[Finding]:
    """Find two events for one method, and parameters of two names at one place (REST APIs)."""
    taken: dict[tuple[str, ...], str] = {}
    for place, event, kind, properties in _api_events(template):
        path, method = str(properties.get("Path", "")), str(properties.get("Method", "")).upper()
        api = str(properties.get("RestApiId") or properties.get("ApiId") or kind)
        pattern = re.sub(r"\{[^}]*\}", "{}", path)
        same = taken.setdefault((api, pattern, method), event)
        if same != event:
            yield place, "error", "route", f"{event}: {method} {path} is taken by {same}"
        parent, name = _first_parameter(path)
        other = taken.setdefault((api, parent), name) if name and kind == "Api" else name
        if other != name:
            yield place, "error", "route", f"{event}: {path} has {name} where another has {other}"


def _wide_permissions(
    template: Mapping[str, Any], too_wide: Callable[[Any], Iterable[str]]
) -> Iterator[Finding]:
    for place, policy in _policies(template):
        for message in too_wide(policy):
            yield place, "warning", "permissions", message


def _function_settings(template: Mapping[str, Any]) -> Iterator[Properties]:
    """Yield the properties of each function, and what Globals gives to all."""
    shared = (template.get("Globals") or {}).get("Function")
    if isinstance(shared, Mapping):
        yield ("Globals", "Function"), shared
    yield from _properties_of(template, _FUNCTIONS)


def _properties_of(template: Mapping[str, Any], types: Collection[str]) -> Iterator[Properties]:
    for logical_id, resource in template["Resources"].items():
        if (resource or {}).get("Type") in types:
            yield ("Resources", logical_id, "Properties"), resource.get("Properties") or {}


def _api_events(
    template: Mapping[str, Any],
) -> Iterator[tuple[Place, str, str, Mapping[str, Any]]]:
    for place, settings in _function_settings(template):
        for name, event in (settings.get("Events") or {}).items():
            properties = (event or {}).get("Properties") or {}
            if str(event.get("Type")) in {"Api", "HttpApi"} and "Path" in properties:
                yield (*place, "Events", name), f"{place[1]}.{name}", event["Type"], properties


def _first_parameter(path: str) -> tuple[str, str]:
    """Split off the first {parameter} of a path; ("", "") without one."""
    match = re.search(r"\{[^}]*\}", path)
    return (path[: match.start()], match[0]) if match else ("", "")


def _policies(template: Mapping[str, Any]) -> Iterator[tuple[Place, Any]]:
    """Yield the policies of functions and roles: names, ARNs, documents."""
    for place, settings in _function_settings(template):
        given = settings.get("Policies") or []
        for index, policy in enumerate(given if isinstance(given, list) else [given]):
            yield (*place, "Policies", *([index] if isinstance(given, list) else [])), policy
    for place, properties in _properties_of(template, _ROLES):
        yield (*place, "PolicyDocument"), properties.get("PolicyDocument")
        for index, arn in enumerate(properties.get("ManagedPolicyArns") or []):
            yield (*place, "ManagedPolicyArns", index), arn
        for index, policy in enumerate(properties.get("Policies") or []):
            yield (*place, "Policies", index), (policy or {}).get("PolicyDocument")


_CHECKS: tuple[Callable[[Mapping[str, Any], Path], Iterator[Finding]], ...] = (
    _code_exists,
    _runtimes_known,
    _routes_differ,
)
