"""SAM CLI's configuration file: samconfig.toml, or .yaml, beside the template.

Its tables are [ENVIRONMENT.COMMAND.parameters]. ("AWS SAM CLI configuration file")
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visitplannr.template.document import parse
from visitplannr.template.overrides import OverridesError, overrides_in
from visitplannr.template.problems import TemplateError

NAMES = ("samconfig.toml", "samconfig.yaml", "samconfig.yml")
LOCAL = ("up", "local_start_api", "deploy", "global")
DEFAULT = "default"
_SEED = "seed"


@dataclass(frozen=True, slots=True)
class SamConfig:
    """What one environment of a file has for a command, paths as they are written."""

    path: Path
    parameters: Mapping[str, str]
    env_vars: str | None = None
    seed: Any = None


def sections_of(command: str) -> tuple[str, ...]:
    """Name the sections that a command reads, the first wins: what is deployed is not local."""
    if command == "deploy":
        return ("deploy", "global")
    return tuple(dict.fromkeys((command, *LOCAL)))


def find_config(template: Path) -> Path | None:
    """Find the configuration file beside a template."""
    beside = (template.parent / name for name in NAMES)
    return next((path for path in beside if path.is_file()), None)


def read_config(path: Path, environment: str, command: str) -> SamConfig:
    """Read what a file has for a command in an environment.

    Raises:
        TemplateError: it cannot be read, or what is in it is no configuration.
    """
    environments = _parsed(path)
    if environment not in environments and environment != DEFAULT:
        there = ", ".join(key for key, one in environments.items() if isinstance(one, Mapping))
        raise TemplateError(f"{path}: has no environment {environment}; there are: {there}")
    tables = _table(environments.get(environment), path, environment)
    parameters: dict[str, str] = {}
    others: dict[str, Any] = {}
    for section in reversed(sections_of(command)):
        settings = _settings(tables, section, path, environment)
        others.update(settings)
        try:
            parameters.update(overrides_in(settings.get("parameter_overrides", "")))
        except OverridesError as error:
            place = f"[{environment}.{section}.parameters] parameter_overrides"
            raise TemplateError(f"{path}: {place}: {error}") from error
    env_vars = others.get("env_vars")
    named = env_vars if isinstance(env_vars, str) else None
    return SamConfig(path, parameters, named, tables.get(_SEED) or others.get(_SEED))


def _settings(
    tables: Mapping[str, Any], section: str, path: Path, environment: str
) -> Mapping[str, Any]:
    name = f"{environment}.{section}"
    found = next(iter(_spellings(tables, section)), None)
    return _table(_table(found, path, name).get("parameters"), path, f"{name}.parameters")


def _spellings(tables: Mapping[str, Any], section: str) -> Iterator[Any]:
    """Yield a section however its words are joined; SAM CLI takes spaces and hyphens, too."""
    yield from (
        table
        for name, table in tables.items()
        if name.replace("-", "_").replace(" ", "_") == section
    )


def _table(value: Any, path: Path, name: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TemplateError(f"{path}: {name} is no table")
    return value


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise TemplateError(f"{path}: is not UTF-8 text") from error
    if path.suffix in {".yaml", ".yml", ".json"}:
        return _table(parse(path, content).value, path, "it")
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{path}: {error}") from error
