"""The commands about a stack as a whole: deploy, delete, resources, outputs, permissions, items."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visitplannr.cli import flags
from visitplannr.cli.command import Run, stack_command
from visitplannr.template.overrides import read_overrides

if TYPE_CHECKING:
    from visitplannr.cli.place import Place

app = typer.Typer()


@stack_command(app, "deploy", "visitplannr deploy --endpoint-url http://localhost:4566")
def deploy(
    *,
    parameter_overrides: flags.ParameterOverrides = None,
    config_file: flags.ConfigFile = None,
    config_env: flags.ConfigEnv = "default",
    seed: flags.Seed = None,
    dry_run: flags.DryRun = False,
    bucket: flags.Bucket = None,
    as_json: flags.AsJson = False,
) -> Run:
    """Deploy the stack to an emulator, or to AWS with --aws or --profile."""
    from visitplannr.cli.deploy import plant, run_deploy, run_preview
    from visitplannr.template.inputs import Inputs

    run = run_preview if dry_run else run_deploy
    overrides = read_overrides(parameter_overrides or ())

    def deploy_to(place: "Place") -> int:
        inputs = Inputs(place.template, "deploy", overrides, config_file, config_env, seed=seed)
        given = inputs.read(place.backend.region)
        if seed and not dry_run:
            plant(place, given.seed)
        return run(place, given.project, bucket, as_json=as_json)

    return deploy_to


@stack_command(app, "delete", "visitplannr delete --endpoint-url http://localhost:4566 --yes")
def delete(*, yes: flags.Yes = False) -> Run:
    """Delete the stack and the bucket of its code, and say what is left."""
    from visitplannr.cli.delete import run_delete

    return lambda place: run_delete(place, yes=yes)


@stack_command(app, "resources", "visitplannr resources --json")
def resources(*, as_json: flags.AsJson = False) -> Run:
    """List what the stack consists of, and what the transform added to the template."""
    from visitplannr.cli.resources import run_resources

    return lambda place: run_resources(place, as_json=as_json)


@stack_command(app, "outputs", "visitplannr outputs ApiUrl")
def outputs(
    name: Annotated[str | None, typer.Argument(help="One output's value only.")] = None,
    *,
    as_json: flags.AsJson = False,
) -> Run:
    """Print the stack's outputs."""
    from visitplannr.cli.outputs import run_outputs

    return lambda place: run_outputs(place, name, as_json=as_json)


@stack_command(app, "permissions", "visitplannr permissions ProposeDestinationFunction")
def permissions(
    function: Annotated[str | None, typer.Argument(help="One function's only.")] = None,
    *,
    used: Annotated[
        bool, typer.Option("--used", help="What was used, never used, and refused so far.")
    ] = False,
    policy: Annotated[
        bool, typer.Option("--policy", help="With --used: the smallest policy for it, as SAM YAML.")
    ] = False,
    as_json: flags.AsJson = False,
) -> Run:
    """Show what each function may do, and mark what is too wide."""
    from visitplannr.cli.permissions import run_permissions
    from visitplannr.cli.used_permissions import run_used

    if policy and not used:
        raise typer.BadParameter("--policy needs --used: it is made of what was called")
    if used:
        return lambda place: run_used(place, function, policy=policy, as_json=as_json)
    return lambda place: run_permissions(place, function, as_json=as_json)


@stack_command(app, "items", "visitplannr items EventsTable --key StreamName=destination-1")
def items(
    table: Annotated[str, typer.Argument(help="The table's logical id or physical name.")],
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Only items with this key; twice for a sort key."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until Ctrl-C.")] = False,
    as_json: flags.AsJson = False,
) -> Run:
    """Show the items of a table."""
    from visitplannr.cli.items import ItemQuery, run_items

    query = ItemQuery(table, tuple(key or ()), limit, follow, as_json)
    return lambda place: run_items(place, query)


@stack_command(app, "keep-tables", "visitplannr keep-tables --folder kept", hidden=True)
def keep_tables(
    *,
    folder: Annotated[Path, typer.Option(help="Where the items are kept.")],
    restore: Annotated[bool, typer.Option("--restore", help="Put them back.")] = False,
    every: Annotated[float | None, typer.Option(help="Save again after so many seconds.")] = None,
    dynamodb_url: Annotated[str | None, typer.Option(help="Where DynamoDB itself is.")] = None,
) -> Run:
    """Keep the items of the stack's tables in a folder, for a backend that keeps nothing."""
    from visitplannr.cli.keep_tables import run_keep_tables, save_directly

    if dynamodb_url:
        return lambda _place: save_directly(dynamodb_url, folder)
    return lambda place: run_keep_tables(place, folder, restoring=restore, every=every)
