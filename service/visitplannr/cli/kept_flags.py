"""The flags of `up` that say what is kept of what happened, and in which form."""

from dataclasses import dataclass
from typing import Annotated

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


@dataclass(frozen=True, slots=True)
class Kept:
    """What they say."""

    keeping: Keeping
    masked: tuple[str, ...]


def kept(*, mask: Masked = None, keep_size: Size = 16, keep_days: Days = 30) -> Kept:
    """Read them."""
    return Kept(Keeping(int(keep_size * MEGABYTE), keep_days), tuple(mask or ()))
