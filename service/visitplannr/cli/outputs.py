"""`visitplannr outputs`: what the stack says of itself."""

from visitplannr.cli.output import print_json, print_line, print_rows
from visitplannr.cli.place import Place, PlaceError, in_one_line, no_stack
from visitplannr.cli.suggestion import there_are
from visitplannr.deployment.stack_state import find_stack


def run_outputs(place: Place, name: str | None, *, as_json: bool) -> int:
    """Print the outputs, or the value of one alone.

    Raises:
        PlaceError: there is no such stack or output, or nobody answers.
    """
    found = _outputs(place)
    if name is not None:
        if name not in found:
            raise PlaceError(f"{place.stack_name} has no output {name}; {there_are(found, name)}")
        print_json(found[name]) if as_json else print_line(found[name])
    elif as_json:
        print_json(found)
    else:
        print_rows(found.items(), indent="")
    return 0


def _outputs(place: Place) -> dict[str, str]:
    client = place.backend.client("cloudformation")
    with in_one_line(f"the stack {place.stack_name} cannot be read"):
        stack = find_stack(client, place.stack_name)
    if stack is None:
        raise no_stack(place)
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
