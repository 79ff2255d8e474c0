"""What `visitplannr up` was asked to do."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class UpOptions:
    """What its flags say; None for the embedded backend, a free port, a folder to throw away.

    `jwks` is a file or URL; None asks each issuer.
    """

    template: Path
    host: str
    port: int
    endpoint_url: str | None
    region: str
    stack_name: str | None
    state: Path | None
    backend_port: int | None
    jwks: str | None
    reload: bool
