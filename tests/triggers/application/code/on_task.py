"""Says what came in; fails with an error of its own if that is asked for."""

import json
import os
from typing import Any

VERSION = 1


class OutOfStockError(Exception):
    """Raise when there is nothing left; the state machine catches it by name."""


def handler(event: Any, _context: Any) -> Any:
    print(json.dumps({"version": VERSION, "event": event, "variable": os.environ["GREETING"]}))
    if event.get("fail"):
        raise OutOfStockError("nothing left")
    return {"version": VERSION}
