"""`visitplannr resources`: what a stack consists of."""

import json
import sys

from visitplannr.backend.stack_resources import Piece, pieces
from visitplannr.cli.place import Place, resources_of
from visitplannr.cli.tables import columns
from visitplannr.template.source import load

_HEAD = ("", "LOGICAL ID", "TYPE", "PHYSICAL ID", "STATUS")
_SIGNS = {"template": " ", "transform": "+"}


def run_resources(place: Place, *, as_json: bool) -> int:
    """Print the resources; those that the transform added have a plus.

    Raises:
        PlaceError: there is no such stack.
        TemplateError: the template cannot be read.
    """
    named = load(place.template)["Resources"]
    listed = pieces(resources_of(place), named)
    if as_json:
        sys.stdout.write(f"{json.dumps([piece.as_json() for piece in listed])}\n")
        return 0
    for line in columns([_HEAD, *map(_row, listed)], indent=""):
        sys.stdout.write(f"{line}\n")
    own = sum(piece.origin == "template" for piece in listed)
    sys.stdout.write(f"{own} that the template names, {len(listed) - own} (+) that they need\n")
    return 0


def _row(piece: Piece) -> tuple[str, ...]:
    item = piece.resource
    return (_SIGNS[piece.origin], item.logical_id, item.type, item.physical_id, item.status)
