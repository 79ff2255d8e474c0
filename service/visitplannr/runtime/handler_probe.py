"""Import a handler: `handler_probe.py FOLDER HANDLER`, by a function's own interpreter.

What the import raises ends this process; the last line on stderr says what it was.
"""

import importlib
import sys

if __name__ == "__main__":
    folder, handler = sys.argv[1:]
    sys.path[0] = folder
    module, _, name = handler.rpartition(".")
    if not callable(getattr(importlib.import_module(module.replace("/", ".")), name, None)):
        sys.exit(f"{module} has no function {name}")
