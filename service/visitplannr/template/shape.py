"""Whether what a template has is of the kind that CloudFormation expects there."""

from collections.abc import Iterator, Mapping
from typing import Any

from visitplannr.template.document import Document
from visitplannr.template.problems import Problem, TemplateError, refused

_SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Globals", "Metadata")
_OF_MAPPINGS = ("Parameters", "Mappings", "Resources", "Outputs")
_FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
_BODIES = ("DefinitionBody", "Body")
_INTEGRATION = "x-amazon-apigateway-integration"

Steps = tuple[str | int, ...]
Fault = tuple[Steps, str]


def check_shape(document: Document, template: Mapping[str, Any]) -> None:
    """Check a template that was read from a document.

    Raises:
        TemplateError: something is of another kind; the message has all of that.
    """
    found = tuple(
        document.problem(place, "error", "template", message) for place, message in faults(template)
    )
    if found:
        raise refused(found)


def check_keys(document: Document) -> None:
    """Refuse keys that are numbers, as CloudFormation does.

    Raises:
        TemplateError: there are some.
    """
    found: list[Problem] = []
    for place, line, column in document.numeric:
        inside = "/".join(map(str, place[:-1]))
        message = (
            f"Template format error: [/{inside}] map keys must be strings; "
            f"received numeric [{place[-1]}] instead: write '{place[-1]}'"
        )
        found.append(Problem(str(document.path), line, column, "error", "template", message))
    if found:
        raise refused(tuple(found))


def check_document(document: Document) -> dict[str, Any]:
    """Give a document that is a template.

    Raises:
        TemplateError: it has no Resources.
    """
    value = document.value
    if isinstance(value, dict) and "Fn::Transform" not in value and "Transform" not in value:
        plain = value.get("Resources")
    else:
        plain = value.get("Resources", {}) if isinstance(value, dict) else None
    if not isinstance(plain, dict):
        raise TemplateError(f"{document.path}: is no SAM template: it has no Resources")
    return dict(value)


def faults(template: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the place of each part that is of a wrong kind, and what it must be."""
    for section in _SECTIONS:
        if section in template and not isinstance(template[section], dict):
            yield (section,), f"{section} must be a mapping"
    for section in _OF_MAPPINGS:
        members = template.get(section)
        for name, member in (members if isinstance(members, dict) else {}).items():
            if not isinstance(member, dict):
                yield (section, name), f"{section}/{name} must be a mapping"
            elif section == "Parameters":
                yield from _parameter_faults(name, member)
            elif section == "Resources":
                yield from _resource_faults(name, member)
    yield from _shared_faults(template.get("Globals"))


def _shared_faults(shared: Any) -> Iterator[Fault]:
    for name, settings in (shared if isinstance(shared, dict) else {}).items():
        if not isinstance(settings, dict):
            yield ("Globals", name), f"Globals/{name} must be a mapping"
        elif name == "Function":
            yield from _function_faults(("Globals", "Function"), settings)


def _parameter_faults(name: str, parameter: Mapping[str, Any]) -> Iterator[Fault]:
    place = ("Parameters", name)
    if "Type" not in parameter:
        yield place, f"[/Parameters/{name}] Every Parameters object must contain a Type member"
    elif not isinstance(parameter["Type"], str):
        yield (*place, "Type"), f"the Type of the parameter {name} must be text"
    if isinstance(parameter.get("Default"), dict):
        yield (*place, "Default"), f"the Default of the parameter {name} must be text"
    if not isinstance(parameter.get("AllowedValues", []), list):
        yield (*place, "AllowedValues"), "Every AllowedValues member must be a list"


def _resource_faults(name: str, resource: Mapping[str, Any]) -> Iterator[Fault]:
    place = ("Resources", name)
    if not isinstance(resource.get("Type"), str):
        yield place, f"[/Resources/{name}] Every Resources object must contain a Type member"
    properties = resource.get("Properties")
    if not isinstance(properties, dict | None):
        yield (*place, "Properties"), f"the Properties of {name} must be a mapping"
    elif resource.get("Type") in _FUNCTIONS:
        yield from _function_faults((*place, "Properties"), properties or {})
    else:
        for body in _BODIES:
            yield from _body_faults((*place, "Properties", body), (properties or {}).get(body))
    for member in ("Metadata", "CreationPolicy", "UpdatePolicy"):
        if not isinstance(resource.get(member), dict | None):
            yield (*place, member), f"the {member} of {name} must be a mapping"
    if not isinstance(resource.get("Condition"), str | None):
        yield (*place, "Condition"), f"the Condition of {name} must be the name of one"
    after = resource.get("DependsOn", [])
    listed = after if isinstance(after, list) else [after]
    if not all(isinstance(one, str) for one in listed):
        yield (*place, "DependsOn"), f"DependsOn of {name} must be logical ids"


def _body_faults(place: Steps, body: Any) -> Iterator[Fault]:
    """Look at an OpenAPI document: paths, their methods, and the integrations of those."""
    paths = body.get("paths") if isinstance(body, dict) else {}
    wrong = not isinstance(body, dict | None) or not isinstance(paths, dict | None)
    if wrong:
        yield place, f"the {place[-1]} of {place[1]} must be an OpenAPI document"
        return
    for path, operations in (paths or {}).items():
        here = (*place, "paths", path)
        if not isinstance(operations, dict):
            yield here, f"the path {path} must be a mapping of methods"
            continue
        for method, operation in operations.items():
            given = operation.get(_INTEGRATION) if isinstance(operation, dict) else None
            if method != "parameters" and not isinstance(given, dict | None):
                yield (*here, method, _INTEGRATION), f"{_INTEGRATION} must be a mapping"


def _function_faults(place: Steps, properties: Mapping[str, Any]) -> Iterator[Fault]:
    for member in ("Environment", "Events", "LoggingConfig", "EventInvokeConfig"):
        if not isinstance(properties.get(member), dict | None):
            yield (*place, member), f"{member} must be a mapping"
    environment = properties.get("Environment")
    variables = environment.get("Variables") if isinstance(environment, dict) else None
    if not isinstance(variables, dict | None):
        yield (*place, "Environment", "Variables"), "Variables must be a mapping"
    events = properties.get("Events")
    for name, event in (events if isinstance(events, dict) else {}).items():
        if not isinstance(event, dict):
            yield (*place, "Events", name), f"the event {name} must be a mapping"
        elif not isinstance(event.get("Properties"), dict | None):
            here = (*place, "Events", name, "Properties")
            yield here, f"the Properties of the event {name} must be a mapping"
