"""Says what came in, and which version of this file ran; lets everybody in."""

import json
import os
from typing import Any

VERSION = 1


def handler(event: Any, _context: Any) -> Any:
    print(json.dumps({"version": VERSION, "event": event, "variable": os.environ["GREETING"]}))
    event["response"]["autoConfirmUser"] = True
    return event
