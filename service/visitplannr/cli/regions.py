"""AWS's regions, as botocore lists them; botocore itself, which takes long, is not imported."""

import json
from importlib.util import find_spec
from pathlib import Path

import typer

from visitplannr.cli.output import complain
from visitplannr.cli.suggestion import like

_LIST = "data/partitions.json"
_NO_REGION = "-global"


def check_region(region: str | None) -> str | None:
    """Refuse a region that does not exist, in one line; without a list of them, none is refused.

    Raises:
        Exit: it does not exist: wrong usage.
    """
    known = regions()
    if region is None or not known or region in known:
        return region
    meant = like(known, region)
    hint = f"did you mean {meant}?" if meant else "AWS has us-east-1, eu-west-1 and others"
    complain(f"visitplannr: there is no region {region}; {hint}")
    raise typer.Exit(2)


def regions() -> frozenset[str]:
    """Name all regions of all partitions."""
    found = find_spec("botocore")
    folders = found.submodule_search_locations if found else None
    for folder in folders or ():
        partitions = json.loads(Path(folder, _LIST).read_text("utf-8"))["partitions"]
        named = (name for partition in partitions for name in partition["regions"])
        return frozenset(name for name in named if not name.endswith(_NO_REGION))
    return frozenset()
