"""Says what came in; reports as failed what is to fail."""

import json
import os
from typing import Any

VERSION = 1


def handler(event: Any, _context: Any) -> Any:
    print(json.dumps({"version": VERSION, "event": event, "variable": os.environ["GREETING"]}))
    failed = [one["messageId"] for one in event["Records"] if json.loads(one["body"]).get("fail")]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
