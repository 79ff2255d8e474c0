"""The flags of `up` that say what is kept of what happened, and in which form."""

from typing import Annotated, TypedDict

import typer

from visitplannr.model.keeping import MEGABYTE, Keeping

Size = Annotated[
    float,
    typer.Option(
        "--keep-size",
        metavar="MB",
        min=0.1,
        help="How much is kept of logs at most, and as much of invocations.",
    ),
]
Days = Annotated[
    float,
    typer.Option(
        "--keep-days",
        metavar="DAYS",
        min=0.01,
        help="How long logs and invocations are kept at most.",
    ),
]
Masked = Annotated[
    list[str] | None,
    typer.Option(
        "--mask",
        metavar="NAME",
        help="Mask what has this in its name, too, wherever secrets are masked. Repeatable.",
    ),
]
Clear = Annotated[
    list[str] | None,
    typer.Option("--clear", metavar="PART", help="Remove this part; may be repeated."),
]


class Kept(TypedDict):
    """What the flags say, as `UpOptions` names it."""

    masked: tuple[str, ...]
    keeping: Keeping


def kept(mask: list[str] | None, size: float, days: float) -> Kept:
    """Read the flags; `size` is in MB."""
    return Kept(masked=tuple(mask or ()), keeping=Keeping(int(size * MEGABYTE), days))
