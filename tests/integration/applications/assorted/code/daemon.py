import subprocess
from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    return {"body": str(child.pid)}
