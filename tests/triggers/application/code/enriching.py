from typing import Any


def handler(event: list[dict[str, Any]], context: Any) -> list[dict[str, Any]]:
    return [{**one, "enriched": True} for one in event]
