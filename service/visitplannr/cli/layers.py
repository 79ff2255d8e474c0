"""The flag that says what layers consist of which a template names by their ARNs."""

from pathlib import Path
from typing import Annotated

import typer

from visitplannr.model.code import Code


def _check_layers(given: list[str] | None) -> list[str] | None:
    for one in given or ():
        arn, _, folder = one.rpartition("=")
        if not arn.startswith("arn:") or not Path(folder).exists():
            raise typer.BadParameter(f"{one} is no ARN=FOLDER with a folder or zip that exists")
    return given


def layers_of(given: list[str] | None) -> dict[str, Code]:
    """Map ARNs to what is in folders: ARN=FOLDER each."""
    return {
        arn: Code(Path(folder).resolve())
        for arn, _, folder in (one.rpartition("=") for one in given or ())
    }


Layers = Annotated[
    list[str] | None,
    typer.Option(
        "--layer",
        metavar="ARN=FOLDER",
        callback=_check_layers,
        help="What a layer that the template names by its ARN consists of; may be repeated.",
    ),
]
