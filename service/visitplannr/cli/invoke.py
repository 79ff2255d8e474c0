"""`visitplannr invoke`: run a function once with an event, wherever it is deployed."""

import base64
import json
import sys
from pathlib import Path

from visitplannr.backend.endpoint import Backend
from visitplannr.cli.output import complain, print_line, shown
from visitplannr.cli.place import Place, PlaceError, functions_of, in_one_line, physical_name
from visitplannr.cli.suggestion import there_are


def run_invoke(place: Place, function: str | None, event: str | None) -> int:
    """Print what the function gives, its log on stderr; return 1 if it failed.

    Raises:
        PlaceError: there is no such function, or the event cannot be read.
    """
    payload = read_event(event)
    function = function or _only_one(place)
    name = physical_name(place, function)
    if event is None:
        complain("No --event: the function gets {}.")
    backend = Backend(place.url, region=place.backend.region) if place.url else place.backend
    with in_one_line(f"{function} cannot be invoked"):
        answer = backend.invoking_client().invoke(
            FunctionName=name, Payload=payload, LogType="Tail"
        )
    sys.stderr.write(
        shown(base64.b64decode(answer.get("LogResult", "")).decode("utf-8", "replace"))
    )
    sys.stderr.flush()
    print_line(answer["Payload"].read().decode())
    return 1 if "FunctionError" in answer else 0


def _only_one(place: Place) -> str:
    names = functions_of(place)
    if len(names) != 1:
        raise PlaceError(f"name the function to run; {there_are(names)}")
    return next(iter(names))


def read_event(event: str | None) -> bytes:
    """Read an event from a file, or from a pipe for "-"; an empty object without either.

    Raises:
        PlaceError: it cannot be read, or is no JSON.
    """
    if event is None:
        return b"{}"
    try:
        text = sys.stdin.read() if event == "-" else Path(event).read_text(encoding="utf-8")
        json.loads(text)
    except OSError as error:
        raise PlaceError(f"the event {event} cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise PlaceError(f"the event {event} is no JSON: {error}") from error
    return text.encode()
