"""A function that needs its layer."""

from typing import Any

import from_layer


def handler(event: Any, context: Any) -> Any:
    return from_layer.TEXT
