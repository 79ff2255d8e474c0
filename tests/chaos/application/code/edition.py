"""Says which editions of code and template it runs with."""

import json
import os
from typing import Any

from saved import EDITION


def handler(_event: Any, _context: Any) -> Any:
    editions = {"code": EDITION, "template": int(os.environ["TEMPLATE_EDITION"])}
    return {"statusCode": 200, "body": json.dumps(editions)}
