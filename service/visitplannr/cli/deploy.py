"""`visitplannr deploy`: bring a stack to what the template says, wherever it is."""

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from visitplannr.backend.endpoint import Aws
from visitplannr.cli.command import CommandError
from visitplannr.cli.output import print_json
from visitplannr.cli.place import Place, code_builder
from visitplannr.cli.surroundings import translations
from visitplannr.deployment.changes import Change
from visitplannr.deployment.cost import PER_USE, Cost, monthly_costs
from visitplannr.deployment.deploy import Deployment, deploy, preview
from visitplannr.deployment.errors import explained
from visitplannr.deployment.packages import for_lambda
from visitplannr.deployment.progress import Progress, StackEvent
from visitplannr.deployment.seed import put_seed
from visitplannr.deployment.stack_state import deployed_template, find_stack
from visitplannr.template.project import Project
from visitplannr.template.seed import Seed
from visitplannr.up.terminal import columns

_COLOURS = {"FAILED": "red", "ROLLBACK_COMPLETE": "red", "COMPLETE": "green"}


def run_deploy(place: Place, project: Project, bucket: str | None, *, as_json: bool) -> int:
    """Deploy; print the changes, what happens, the outputs and what the stack costs.

    With `as_json`, stdout gets the outputs alone, and stderr the rest.

    Raises:
        DeploymentError: it failed; the message says which resource and why.
        TemplateError: the template cannot be used.
    """
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    changed = False

    def approve(changes: Sequence[Change]) -> bool:
        nonlocal changed
        changed = True
        _print_changes(console, changes)
        return True

    progress = Progress(
        say=console.print, event=lambda event: console.print(_line(event)), approve=approve
    )
    deploy(place.backend, _deployment(place, project, bucket, console.print), progress)
    with explained(place.backend, place.stack_name):
        outputs, costs = _outputs(place), list(_costs(place))
    if as_json:
        print_json(outputs)
        return 0
    if outputs:
        console.print("Outputs", style="bold")
        for line in columns(outputs.items()):
            console.print(line)
    for line in costs:
        console.print(line)
    done = "is deployed" if changed else "is unchanged"
    console.print(f"{place.stack_name} {done}", style="bold")
    return 0


def plant(place: Place, seed: Seed) -> None:
    """Put there what the stack expects to find; on AWS that is not ours to do.

    Raises:
        CommandError: the place is AWS.
        DeploymentError: the backend refuses it.
    """
    if isinstance(place.backend, Aws):
        raise CommandError("--seed is for emulators: on AWS, put there yourself what a stack needs")
    put_seed(place.backend, seed, place.stack_name)


def run_preview(place: Place, project: Project, bucket: str | None, *, as_json: bool) -> int:
    """Print what a deployment would change.

    Raises:
        DeploymentError, TemplateError: as for `run_deploy`.
    """
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    changes = preview(place.backend, _deployment(place, project, bucket, errors.print))
    if as_json:
        print_json([change.as_json() for change in changes])
        return 0
    console = Console(highlight=False, soft_wrap=True)
    if changes:
        _print_changes(console, changes)
        console.print("Nothing was changed: this was a dry run.")
    else:
        console.print(f"{place.stack_name} would not change")
    return 0


def _deployment(
    place: Place, project: Project, bucket: str | None, say: Callable[[str], None]
) -> Deployment:
    project.check()
    for line in project.remarks():
        say(f"{line}.")
    builder = code_builder(place.state / "packages", say)
    package, translate = for_lambda(builder), translations()
    return Deployment(project, place.stack_name, bucket, package, translate=translate)


def _print_changes(console: Console, changes: Sequence[Change]) -> None:
    console.print("Changes", style="bold")
    for line in columns(change.row() for change in changes):
        console.print(line)


def _line(event: StackEvent) -> Text:
    style = next((colour for end, colour in _COLOURS.items() if event.status.endswith(end)), "")
    text = Text(f"  {event.time}  ")
    text.append(event.status.ljust(20), style=style)
    return text.append(f"  {event.logical_id}  {event.reason}".rstrip())


def _outputs(place: Place) -> dict[str, str]:
    stack = find_stack(place.backend.client("cloudformation"), place.stack_name)
    outputs = stack.get("Outputs", []) if stack else []
    return {item["OutputKey"]: item["OutputValue"] for item in outputs}


def _costs(place: Place) -> Iterator[str]:
    template = deployed_template(place.backend.client("cloudformation"), place.stack_name)
    costs = monthly_costs(template)
    total = sum(cost.dollars or 0 for cost in costs)
    yield "On AWS it would cost, in US dollars a month at us-east-1's list prices"
    yield from columns((f"{cost.logical_id}:", cost.basis, _dollars(cost)) for cost in costs)
    yield f"  {total:.2f} in all, used or not"
    yield from (f"  and {line}" for line in PER_USE)


def _dollars(cost: Cost) -> str:
    return "unknown" if cost.dollars is None else f"{cost.dollars:.2f}"
