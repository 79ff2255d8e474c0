import logging
from typing import Any

import words

logging.getLogger().setLevel("INFO")


def handler(event: Any, context: Any) -> Any:
    logging.getLogger().info("speaking")
    return {"statusCode": 200, "body": words.HELLO}
