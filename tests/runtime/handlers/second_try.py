"""An init that fails at first and is slow the second time."""

import os
import sys
import time
from pathlib import Path
from typing import Any

tried = Path(os.environ["TRIED"])
if not tried.exists():
    tried.touch()
    sys.exit(1)
time.sleep(0.6)


def handler(event: Any, context: Any) -> int:
    time.sleep(event)
    return int(context.get_remaining_time_in_millis())
