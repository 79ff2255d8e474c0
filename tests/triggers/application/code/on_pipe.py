"""Says what came in, and which version of this file ran."""

import json
import os
from typing import Any

VERSION = 1


def handler(event: Any, _context: Any) -> Any:
    print(json.dumps({"version": VERSION, "event": event, "variable": os.environ["GREETING"]}))
    return {"version": VERSION}
