"""What the first half of `visitplannr up` hands to the second."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Never

from visitplannr.up.invocations import Invocations
from visitplannr.up.options import UpOptions
from visitplannr.up.processes import Processes
from visitplannr.up.saved_file import Version
from visitplannr.up.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Started:
    """A backend at `endpoint_url`, and what there is to serve a stack with.

    `version` is that of the template when it was read, `at` the moment of the start on the
    monotonic clock; `failure` gets what ends a running stack.
    """

    options: UpOptions
    version: Version
    endpoint_url: str
    state: Path
    processes: Processes
    terminal: Terminal
    invocations: Invocations
    failure: asyncio.Future[Never]
    at: float
