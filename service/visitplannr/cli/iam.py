"""The flag that says whether callers may do only what their policies allow."""

from enum import StrEnum
from typing import Annotated

import typer


class Iam(StrEnum):
    """What becomes of calls that the caller's policies do not allow."""

    ENFORCE = "enforce"
    WARN = "warn"
    OFF = "off"


IamFlag = Annotated[
    Iam | None,
    typer.Option(
        "--iam",
        help="What a function's role does not allow: let it through and say so (warn, the "
        "default), refuse it as AWS does (enforce), or neither (off). For the embedded backend.",
    ),
]


def iam_of(wanted: Iam | None, endpoint_url: str | None) -> str:
    """Give what holds if nothing is said.

    Raises:
        BadParameter: another backend, which has its own way, is named.
    """
    if wanted and endpoint_url:
        raise typer.BadParameter(
            "--iam and --endpoint-url contradict each other: whether permissions are enforced is "
            "that backend's own business"
        )
    return (wanted or Iam.WARN).value
