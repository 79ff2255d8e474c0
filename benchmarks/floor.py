"""The floor: the handler called directly, in a process of its own, with the same DynamoDB.

`python -m benchmarks.floor` reads {"module", "event", "calls"} as JSON on its input and prints the
milliseconds of each call.
"""

import importlib
import json
import sys
import time
from types import SimpleNamespace

_WARM_CALLS = 20


def main() -> None:
    """Call it."""
    given = json.load(sys.stdin)
    handler = importlib.import_module(given["module"]).handler
    event, milliseconds = given["event"], []
    context = SimpleNamespace(aws_request_id="00000000-0000-4000-8000-000000000000")
    out, sys.stdout = sys.stdout, sys.stderr
    for _ in range(_WARM_CALLS):
        handler(event, context)
    for _ in range(given["calls"]):
        began = time.perf_counter()
        answer = handler(event, context)
        milliseconds.append((time.perf_counter() - began) * 1000)
        if answer["statusCode"] != 200:
            raise SystemExit(f"the handler answered {answer}")
    json.dump(milliseconds, out)


if __name__ == "__main__":
    main()
