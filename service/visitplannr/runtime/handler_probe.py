"""Import a handler: `handler_probe.py FOLDER HANDLER`, by a function's own interpreter.

What the import raises ends this process; the last line on stderr says what it was. That of a syntax
error begins with SYNTAX; then come file, line, column and message, as JSON.
"""

import importlib
import json
import sys

SYNTAX = "syntax: "

if __name__ == "__main__":
    folder, handler = sys.argv[1:]
    sys.path[0] = folder
    module, _, name = handler.rpartition(".")
    try:
        imported = importlib.import_module(module.replace("/", "."))
    except SyntaxError as error:
        place = [error.filename, error.lineno or 1, error.offset or 1, str(error.msg)]
        sys.exit(f"{SYNTAX}{json.dumps(place)}")
    if not hasattr(imported, name):
        sys.exit(f"{module} has no function {name}")
    if not callable(found := getattr(imported, name)):
        sys.exit(f"{name} in {module} is of type {type(found).__name__}, and no function")
