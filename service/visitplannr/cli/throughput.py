"""The flag that says whether tables have no more than their provisioned capacity."""

from enum import StrEnum
from typing import Annotated

import typer


class Throughput(StrEnum):
    """What becomes of calls for which a provisioned table or index has no capacity left."""

    REPORT = "report"
    ENFORCE = "enforce"
    OFF = "off"


ThroughputFlag = Annotated[
    Throughput,
    typer.Option(
        "--throughput",
        help="What is beyond a table's provisioned capacity: say so and let it through (report), "
        "refuse it as AWS does (enforce), or neither (off). For the embedded backend's own tables.",
    ),
]


def check_throughput(wanted: str, elsewhere: str | None) -> None:
    """Refuse to enforce what another DynamoDB decides.

    Raises:
        BadParameter: the flag `elsewhere` names another one.
    """
    if wanted == Throughput.ENFORCE and elsewhere:
        raise typer.BadParameter(
            f"--throughput enforce and {elsewhere} contradict each other: another DynamoDB has "
            "limits of its own"
        )
