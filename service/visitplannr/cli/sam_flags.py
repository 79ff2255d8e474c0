"""SAM CLI's flags that mean nothing here: taken, and said in a line, so that scripts go on."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from visitplannr.cli.output import complain

_NO_CONTAINERS = "functions run in processes, not in containers"
_WARM = "environments are always warm, and a save is in the next invocation"


@dataclass(frozen=True, slots=True)
class Taken:
    """A flag: the names it has, whether a value follows, and why it changes nothing."""

    names: tuple[str, ...]
    has_value: bool
    why: str


_TAKEN = (
    Taken(("--warm-containers",), has_value=True, why=_WARM),
    Taken(("--skip-pull-image",), has_value=False, why=_NO_CONTAINERS),
    Taken(("--force-image-build",), has_value=False, why=_NO_CONTAINERS),
    Taken(("--docker-network",), has_value=True, why=_NO_CONTAINERS),
    Taken(("--docker-volume-basedir", "-v"), has_value=True, why=_NO_CONTAINERS),
    Taken(("--container-host",), has_value=True, why=_NO_CONTAINERS),
    Taken(("--container-host-interface",), has_value=True, why=_NO_CONTAINERS),
    Taken(("--container-env-vars",), has_value=True, why="--env-vars is for functions' variables"),
    Taken(("--add-host",), has_value=True, why=_NO_CONTAINERS),
    Taken(("--invoke-image",), has_value=True, why=_NO_CONTAINERS),
    Taken(("--mount-symlinks",), has_value=False, why=_NO_CONTAINERS),
    Taken(("--no-mount-symlinks",), has_value=False, why=_NO_CONTAINERS),
    Taken(("--use-container", "-u"), has_value=False, why=_NO_CONTAINERS),
    Taken(("--layer-cache-basedir",), has_value=True, why="--layer ARN=FOLDER gives layers"),
    Taken(("--no-memory-limit",), has_value=False, why="MemorySize is kept to, as on AWS"),
    Taken(("--shutdown",), has_value=False, why="environments end with `up`"),
    Taken(("--disable-authorizer",), has_value=False, why="authorizers run, as on AWS"),
    Taken(("--static-dir", "-s"), has_value=True, why="no static files are served"),
    Taken(("--ssl-cert-file",), has_value=True, why="HTTP is served, not HTTPS"),
    Taken(("--ssl-key-file",), has_value=True, why="HTTP is served, not HTTPS"),
    Taken(("--log-file", "-l"), has_value=True, why="redirect the output, or use `logs`"),
    Taken(("--debug-port",), has_value=True, why="--debug FUNCTION:PORT waits for a debugger"),
    Taken(("--debugger-path",), has_value=True, why="--debug FUNCTION:PORT brings debugpy"),
    Taken(("--debug-args",), has_value=True, why="--debug FUNCTION:PORT brings debugpy"),
    Taken(("--debug-function",), has_value=True, why="--debug FUNCTION:PORT waits for a debugger"),
    Taken(("--hook-name",), has_value=True, why="SAM and CloudFormation templates are run"),
    Taken(("--hook-package-id",), has_value=True, why="SAM and CloudFormation templates are run"),
    Taken(("--terraform-plan-file",), has_value=True, why="CloudFormation templates are run"),
    Taken(("--skip-prepare-infra",), has_value=False, why="CloudFormation templates are run"),
    Taken(("--beta-features",), has_value=False, why="there are none"),
    Taken(("--no-beta-features",), has_value=False, why="there are none"),
    Taken(("--save-params",), has_value=False, why="samconfig.toml is read, never written"),
)


def taken(complain: Callable[[str], None] = complain) -> Callable[..., None]:
    """Make what takes these flags, as a group of a command's; it complains of each given one."""
    by_parameter = {one.names[0].removeprefix("--").replace("-", "_"): one for one in _TAKEN}

    def take(**given: Any) -> None:
        for parameter, value in given.items():
            if value:
                one = by_parameter[parameter]
                complain(f"{one.names[0]} changes nothing: {one.why}.")

    parameters = [_parameter(name, one) for name, one in by_parameter.items()]
    take.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # for Typer
    return take


def _parameter(name: str, one: Taken) -> inspect.Parameter:
    option: Any = typer.Option(*one.names, hidden=True)
    kind: Any = list[str] | None if one.has_value else bool
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None if one.has_value else False,
        annotation=Annotated[kind, option],
    )
