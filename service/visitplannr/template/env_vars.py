"""SAM CLI's file of environment variables (`--env-vars`): values that win over the template's.

`{"Parameters": {"NAME": "for all"}, "Function": {"NAME": "for one"}}`, a function by its logical id
or its name. Only variables that the template declares are set. ("Environment variable file")
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from visitplannr.model.application import Application, Function
from visitplannr.template.document import read_document
from visitplannr.template.intrinsics import text
from visitplannr.template.problems import TemplateError

_FOR_ALL = "Parameters"


@dataclass(frozen=True, slots=True)
class EnvVars:
    """Values by name, for all functions and by function."""

    path: Path | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def put_into(self, application: Application) -> Application:
        """Give the application whose functions have these values for what they declare."""
        functions = tuple(
            replace(one, environment={**one.environment, **self._for(one)})
            for one in application.functions
        )
        return replace(application, functions=functions)

    def unused(self, application: Application) -> Iterator[str]:
        """Yield a line for each value that no function takes."""
        known = {name for one in application.functions for name in _names(one)}
        for key in self.values.keys() - known - {_FOR_ALL}:
            yield f"{self.path}: the stack has no function {key} to take variables"
        for one in application.functions:
            for key in self.values.keys() & set(_names(one)):
                for name in sorted(self.values[key].keys() - one.environment.keys()):
                    yield (
                        f"{self.path}: {name} is not set, as {one.logical_id} does not declare it "
                        "in the template"
                    )

    def _for(self, function: Function) -> dict[str, str]:
        """Merge what is for all and what is for one; only what it declares counts."""
        merged: dict[str, str] = {}
        for key in (_FOR_ALL, *_names(function)):
            merged.update(self.values.get(key, {}))
        return {name: value for name, value in merged.items() if name in function.environment}


def read_env_vars(path: Path) -> EnvVars:
    """Read a file.

    Raises:
        TemplateError: it cannot be read, or is none of SAM's form.
    """
    document = read_document(path)
    if not isinstance(document.value, dict):
        raise TemplateError(f"{path}: {_form()}")
    values = {}
    for function, variables in document.value.items():
        if not isinstance(variables, dict):
            raise document.error((function,), _form())
        written = {name: "" if value is None else text(value) for name, value in variables.items()}
        for name, value in written.items():
            if value is None:
                raise document.error((function, name), f"the value of {name} must be text")
        values[function] = {name: value or "" for name, value in written.items()}
    return EnvVars(path, values)


def _form() -> str:
    example: Mapping[str, Any] = {"Parameters": {"NAME": "value"}, "FunctionId": {"NAME": "value"}}
    return f"must map functions, or {_FOR_ALL}, to variables: {example}".replace("'", '"')


def _names(function: Function) -> tuple[str, ...]:
    """Name what a function is called by, the weakest first."""
    return function.logical_id, function.name
