"""What `visitplannr up` was asked to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from visitplannr.model.keeping import KEEPING, Keeping
from visitplannr.model.strictness import CapacityMode, Iam
from visitplannr.template.kept_translations import KeptTranslations

if TYPE_CHECKING:
    from visitplannr.model.code import Code
    from visitplannr.template.inputs import Inputs


class OptionsError(Exception):
    """Flags do not fit what they are about: wrong usage; the message says what does."""


@dataclass(frozen=True, slots=True)
class UpOptions:
    """What its flags say; None for the embedded backend, a free port, a folder to throw away.

    `inputs` are the template and what is given for it, `layers` what stands for layers that are not
    the stack's own, by ARN. `jwks` is a file or URL; None asks each
    issuer. `debug` maps functions' logical ids to the ports where debuggers are awaited.
    `async_retry_seconds` is the wait before the first retry of an asynchronous invocation; the
    second's is twice as long. `masked` are more parts of names of what is secret, `keeping` bounds
    logs and invocations. `translate` translates SAM templates. `ended_by` is what people end it
    with.
    """

    inputs: "Inputs"
    host: str
    port: int
    console_port: int | None
    endpoint_url: str | None
    region: str
    stack_name: str | None
    state: Path | None
    backend_port: int | None
    jwks: str | None
    reload: bool
    wait_for_stack: bool
    invoke_deployed: bool
    debug: Mapping[str, int]
    async_retry_seconds: float = 60.0
    quiet: bool = False
    dynamodb_endpoint_url: str | None = None
    masked: Sequence[str] = ()
    keeping: Keeping = KEEPING
    throughput: CapacityMode = CapacityMode.REPORT
    iam: Iam = Iam.ENFORCE
    layers: "Mapping[str, Code]" = field(default_factory=dict)
    translate: KeptTranslations = field(default_factory=KeptTranslations)
    ended_by: str = "Ctrl-C"

    @property
    def template(self) -> Path:
        return self.inputs.template
