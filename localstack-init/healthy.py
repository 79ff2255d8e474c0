"""The health check of the localstack image: healthy once the stack is deployed, and only then."""

import json
import sys
import urllib.request

URL = "http://127.0.0.1:4566/_localstack/init/ready"

with urllib.request.urlopen(URL, timeout=2) as answer:
    ready = json.load(answer)
failed = [script["name"] for script in ready["scripts"] if script["state"] == "ERROR"]
if failed:
    sys.exit(f"failed: {', '.join(failed)}; the container's log says why")
sys.exit(0 if ready["completed"] else "the stack is being deployed")
