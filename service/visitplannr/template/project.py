"""A template with all that belongs to it: values of parameters, files, nested applications.

The steps from a file to a template that any backend takes: parse, put local files in, give the
parameters their values, apply AWS::LanguageExtensions, check, read the nested templates alike.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from visitplannr.template import environment
from visitplannr.template.assets import with_assets
from visitplannr.template.conditions import Conditions
from visitplannr.template.default import hint
from visitplannr.template.document import Document, parse, read_document, read_text
from visitplannr.template.inclusions import NO_VALUES, is_local, with_inclusions
from visitplannr.template.intrinsics import Intrinsics
from visitplannr.template.language_extensions import expanded, is_declared
from visitplannr.template.parameters import as_text, check_values, declared, typed, values
from visitplannr.template.problems import Problem, refused
from visitplannr.template.resolution import regional
from visitplannr.template.shape import check_document, check_keys, check_shape

NESTED = {"AWS::Serverless::Application": "Location", "AWS::CloudFormation::Stack": "TemplateURL"}
Note = Callable[[Path], None]
_DEEPEST = 10
_UNQUOTED = re.compile(r"(?<=[:\[,\s])\$\{(\w+)\}(?=\s*[,}\]\n])")
_LOCATIONS = frozenset({"CodeUri", "ContentUri", "Code", "Content"})


@dataclass(frozen=True, slots=True)
class Project:
    """What `document` is the template of: `template` has its files in it and its loops expanded.

    `parameters` are the values that are known, given or by default; `nested` are the local
    templates of nested applications by logical id.
    """

    document: Document
    template: dict[str, Any]
    given: Mapping[str, str]
    parameters: Mapping[str, str]
    intrinsics: Intrinsics
    nested: Mapping[str, "Project"] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return self.document.path

    @property
    def folder(self) -> Path:
        return self.path.resolve().parent

    def doubts(self) -> Iterator[Problem]:
        """Yield what works here and may not on AWS."""
        for place, message in environment.doubts(self.template):
            yield self.document.problem(place, "warning", "variable", message)

    def remarks(self) -> Iterator[str]:
        """Yield a line for each value that is not used, and for what may not work on AWS."""
        yield from (f"{one.place}: {one.message}" for one in self.doubts())
        yield from self.unused()

    def unused(self) -> Iterator[str]:
        """Yield a line for each value that was given and that no parameter takes."""
        for name in sorted(self.given.keys() - declared(self.template).keys()):
            yield f"{self.path} has no parameter {name}: its value is not used"

    def check(self) -> None:
        """Check what AWS checks before it makes anything.

        Raises:
            TemplateError: a parameter has no value or a wrong one, or a function's environment
                variables are refused.
        """
        check_values(self.document, self.template, self.given)
        found = [problem for _, part in parts(self) for problem in part.variable_problems()]
        if found:
            raise refused(tuple(found))

    def variable_problems(self) -> Iterator[Problem]:
        """Yield what AWS refuses of the environment variables."""
        for place, message in environment.faults(self.template, self.intrinsics.resolve):
            yield self.document.problem(place, "error", "variable", message)


def parts(project: Project, within: str = "") -> Iterator[tuple[str, Project]]:
    """Yield a project and those nested in it, each with what its logical ids begin with."""
    yield within, project
    for name, child in project.nested.items():
        yield from parts(child, f"{within}{name}/")


@dataclass(slots=True)
class Files:
    """Reads what a template in a folder names, and notes it: also what is not there (yet)."""

    folder: Path
    note: Note

    def document(self, location: str, values: Mapping[str, str] = NO_VALUES) -> Any:
        path = self._noted(location)
        text = _UNQUOTED.sub(lambda found: values.get(found[1], found[0]), read_text(path))
        return parse(path, text).value

    def text(self, location: str) -> str:
        return read_text(self._noted(location))

    def _noted(self, location: str) -> Path:
        path = self.folder / location.removeprefix("file://")
        self.note(path.resolve())
        return path


def unnoted(_path: Path) -> None:
    """Note nothing."""


def read_project(
    path: Path,
    given: Mapping[str, str] | None = None,
    *,
    region: str = "us-east-1",
    note: Note = unnoted,
) -> Project:
    """Read a template and what it names; `note` hears of each file before it is read.

    Raises:
        TemplateError: something cannot be read, or is nothing that CloudFormation takes.
    """
    return _Reader(region, note).read(path, given or {}, hint(path.parent))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads templates; `around` are the files of those that the next one is nested in."""

    region: str
    note: Note
    around: tuple[Path, ...] = ()

    def read(self, path: Path, given: Mapping[str, str], hint: str = "") -> Project:
        self.note(path.resolve())
        document = read_document(path, hint)
        written = with_assets(check_document(document), path.parent)
        check_keys(document)
        declaring = written.keys() & {"Parameters", "Mappings"}
        check_shape(document, {key: written[key] for key in declaring})
        intrinsics = _intrinsics(written, given, self.region)
        files = Files(path.parent, self.note)
        template = with_inclusions(written, files, intrinsics.resolve, document.error)
        intrinsics = _intrinsics(template, given, self.region)
        if is_declared(template):
            template = expanded(template, intrinsics, document.error)
        check_shape(document, template)
        template = _with_parameter_texts(environment.with_texts(template))
        _resolve_locations(template, intrinsics)
        within = replace(self, around=(*self.around, path.resolve()))
        nested = {
            logical_id: within.read(child, parameters)
            for logical_id, child, parameters in _children(document, template, intrinsics, self)
        }
        return Project(document, template, given, values(template, given), intrinsics, nested)


def _intrinsics(template: Mapping[str, Any], given: Mapping[str, str], region: str) -> Intrinsics:
    """Make what resolves that which the template and its parameters say; NoEcho stays hidden."""
    known = declared(template)
    plain = {name: value for name, value in given.items() if name in known}
    shown = {
        name: value
        for name, value in typed(template, plain).items()
        if not (known[name].no_echo or known[name].names_ssm)
    }
    names, mappings = {**shown, **regional(region)}, template.get("Mappings") or {}
    compared = Intrinsics(names, lambda *_: None, lambda _: None, mappings)
    defined = template.get("Conditions")
    conditions = Conditions(defined if isinstance(defined, dict) else {}, compared.resolve)
    return Intrinsics(names, lambda *_: None, conditions.holds, mappings)


def _with_parameter_texts(template: dict[str, Any]) -> dict[str, Any]:
    """Write parameters' defaults and allowed values as the text that CloudFormation takes."""
    for one in (template.get("Parameters") or {}).values():
        if "Default" in one and (written := as_text(one["Default"])) is not None:
            one["Default"] = written
        if "AllowedValues" in one:
            one["AllowedValues"] = [as_text(item) or "" for item in one["AllowedValues"]]
    return template


def _resolve_locations(template: Mapping[str, Any], intrinsics: Intrinsics) -> None:
    """Let the paths of code that refer to parameters be paths."""
    shared = (template.get("Globals") or {}).get("Function") or {}
    settings = [one.get("Properties") or {} for one in template["Resources"].values()]
    for properties in (shared, *settings):
        for name in _LOCATIONS & properties.keys():
            found = intrinsics.resolve(properties[name])
            if isinstance(found, str):
                properties[name] = found


def _children(
    document: Document,
    template: Mapping[str, Any],
    intrinsics: Intrinsics,
    reader: _Reader,
) -> Iterator[tuple[str, Path, dict[str, str]]]:
    """Yield the nested templates that are files, and the values that their parameters get."""
    for logical_id, resource in template["Resources"].items():
        named = NESTED.get(resource["Type"])
        properties = intrinsics.resolve(resource.get("Properties") or {})
        location = properties.get(named) if named else None
        if not isinstance(location, str) or not is_local(location):
            continue
        place = ("Resources", logical_id, "Properties", str(named))
        path = document.path.parent / location
        if not path.is_file():
            raise document.error(place, f"{logical_id}: {location} is no file")
        around = {*reader.around, document.path.resolve()}
        if path.resolve() in around or len(around) > _DEEPEST:
            raise document.error(place, f"{logical_id}: {location} is nested in itself")
        given = properties.get("Parameters") or {}
        if not isinstance(given, dict):
            here = (*place[:-1], "Parameters")
            raise document.error(here, f"the Parameters of {logical_id} must be a mapping")
        texts = {name: as_text(value) for name, value in given.items()}
        yield logical_id, path, {name: text for name, text in texts.items() if text is not None}
