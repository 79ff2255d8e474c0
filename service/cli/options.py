"""What `visitplannr up` was asked to do."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class UpOptions:
    """`endpoint_url` None means the embedded backend, `backend_port` None a free port for it."""

    template: Path
    host: str
    port: int
    endpoint_url: str | None
    region: str
    stack_name: str | None
    state: Path
    backend_port: int | None
