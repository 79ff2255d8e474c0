"""`visitplannr resources`: what a stack consists of."""

from visitplannr.backend.stack_resources import Piece, pieces
from visitplannr.cli.output import print_json, print_line, print_rows
from visitplannr.cli.place import Place, resources_of
from visitplannr.template.inputs import Inputs
from visitplannr.template.project import parts

_HEAD = ("", "LOGICAL ID", "TYPE", "PHYSICAL ID", "STATUS")
_SIGNS = {"template": " ", "transform": "+"}


def run_resources(place: Place, *, as_json: bool) -> int:
    """Print the resources; those that the transform added have a plus.

    Raises:
        PlaceError: there is no such stack.
        TemplateError: the template cannot be read.
    """
    projects = parts(Inputs(place.template, "resources").read().project)
    named = {name for _, part in projects for name in part.template["Resources"]}
    listed = pieces(resources_of(place), named)
    if as_json:
        print_json([piece.as_json() for piece in listed])
        return 0
    print_rows([_HEAD, *map(_row, listed)], indent="")
    own = sum(piece.origin == "template" for piece in listed)
    print_line(f"{own} that the template names, {len(listed) - own} (+) that they need")
    return 0


def _row(piece: Piece) -> tuple[str, ...]:
    item = piece.resource
    return (_SIGNS[piece.origin], item.logical_id, item.type, item.physical_id, item.status)
