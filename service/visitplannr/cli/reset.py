"""`visitplannr reset`: empties what the stack holds; it stays deployed."""

from visitplannr.cli.local_api import ask
from visitplannr.cli.output import print_line
from visitplannr.cli.place import Place, PlaceError


def run_reset(place: Place) -> int:
    """Empty tables, queues, buckets, logs, records and retries of the stack that `up` runs.

    Raises:
        PlaceError: the place is not a running `up`, or it cannot.
    """
    if place.url is None:
        raise PlaceError(
            "reset is for the stack of a running `visitplannr up`; name its folder by --state-dir"
        )
    ask(place.url, "reset", method="POST")
    print_line(f"{place.stack_name} is empty: tables, queues, buckets, logs, records, retries.")
    return 0
