"""Answers with its environment variables that begin with X_."""

import json
import os


def handler(_event: object, _context: object) -> dict[str, object]:
    found = {name: value for name, value in os.environ.items() if name.startswith("X_")}
    return {"statusCode": 200, "body": json.dumps(found)}
