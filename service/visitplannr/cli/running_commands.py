"""The commands about what runs: stop, status, env, reset."""

import typer

from visitplannr.cli import flags
from visitplannr.cli.command import Run, one_line, plain_command, stack_command
from visitplannr.cli.env_flags import Shell, ShellFlag

app = typer.Typer()


@plain_command(app, "stop", "visitplannr stop")
def stop(*, state_dir: flags.StateDir = flags.STATE, as_json: flags.AsJson = False) -> None:
    """End the `up` that runs with a state folder, wherever it was started."""
    from visitplannr.cli.stop import run_stop

    with one_line():
        raise typer.Exit(run_stop(state_dir, as_json=as_json))


@plain_command(app, "status", "visitplannr status --json")
def status(*, state_dir: flags.StateDir = flags.STATE, as_json: flags.AsJson = False) -> None:
    """Say what runs with a state folder, and where; exit code 1 unless it is ready."""
    from visitplannr.cli.status import run_status

    with one_line():
        raise typer.Exit(run_status(state_dir, as_json=as_json))


@stack_command(app, "env", 'eval "$(visitplannr env)"')
def env(*, shell: ShellFlag = Shell.BASH, as_json: flags.AsJson = False) -> Run:
    """Print the variables with which the AWS CLI and SDKs find the stack's services."""
    from visitplannr.cli.env import run_env

    return lambda place: run_env(place, shell, as_json=as_json)


@stack_command(app, "reset", "visitplannr reset")
def reset() -> Run:
    """Empty the running stack: tables, queues, buckets, logs, records; it stays deployed."""
    from visitplannr.cli.reset import run_reset

    return run_reset
