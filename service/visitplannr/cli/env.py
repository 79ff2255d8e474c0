"""`visitplannr env`: what an AWS SDK needs to find the stack's services, in a shell's words."""

import shlex
from collections.abc import Callable, Iterator, Mapping

from visitplannr.backend.endpoint import Aws
from visitplannr.cli.command import CommandError
from visitplannr.cli.env_flags import Shell
from visitplannr.cli.output import print_json, print_lines
from visitplannr.cli.place import Place

Variables = Mapping[str, str]


def run_env(place: Place, shell: Shell, *, as_json: bool) -> int:
    """Print the variables.

    Raises:
        CommandError: the stack is on AWS, where AWS's own tools find it.
    """
    if isinstance(place.backend, Aws):
        raise CommandError("AWS's own tools find AWS; `env` is for a stack on this machine")
    variables = variables_of(place)
    if as_json:
        print_json(variables)
    else:
        print_lines(_WRITTEN[shell](variables))
    return 0


def variables_of(place: Place) -> dict[str, str]:
    """Give the variables that AWS's SDKs and CLI read."""
    credentials = place.backend.credentials
    return {
        "AWS_ENDPOINT_URL": place.backend.endpoint_url,
        "AWS_REGION": place.backend.region,
        "AWS_DEFAULT_REGION": place.backend.region,
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
    }


def _bash(variables: Variables) -> Iterator[str]:
    yield '# eval "$(visitplannr env)"'
    for name, value in variables.items():
        yield f"export {name}={shlex.quote(value)}"


def _fish(variables: Variables) -> Iterator[str]:
    yield "# visitplannr env --shell fish | source"
    for name, value in variables.items():
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        yield f"set -gx {name} '{escaped}'"


def _powershell(variables: Variables) -> Iterator[str]:
    yield "# visitplannr env --shell powershell | Out-String | Invoke-Expression"
    for name, value in variables.items():
        escaped = value.replace("'", "''")
        yield f"$Env:{name} = '{escaped}'"


def _dotenv(variables: Variables) -> Iterator[str]:
    yield "# visitplannr env --shell dotenv > .env"
    for name, value in variables.items():
        yield f"{name}={value}"


def _aws_profile(variables: Variables) -> Iterator[str]:
    yield "# visitplannr env --shell aws-profile >> ~/.aws/config; aws --profile visitplannr ..."
    yield "[profile visitplannr]"
    yield f"region = {variables['AWS_REGION']}"
    yield f"endpoint_url = {variables['AWS_ENDPOINT_URL']}"
    yield f"aws_access_key_id = {variables['AWS_ACCESS_KEY_ID']}"
    yield f"aws_secret_access_key = {variables['AWS_SECRET_ACCESS_KEY']}"
    yield f"aws_session_token = {variables['AWS_SESSION_TOKEN']}"


_WRITTEN: Mapping[Shell, Callable[[Variables], Iterator[str]]] = {
    Shell.BASH: _bash,
    Shell.ZSH: _bash,
    Shell.FISH: _fish,
    Shell.POWERSHELL: _powershell,
    Shell.DOTENV: _dotenv,
    Shell.AWS_PROFILE: _aws_profile,
}
