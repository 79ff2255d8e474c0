"""The stack that `up` makes of its template: brought to what the files say, and read back."""

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from visitplannr.backend.endpoint import Backend
from visitplannr.deployment.changes import Approve, everything
from visitplannr.deployment.deploy import Deployment, deploy, read_back
from visitplannr.deployment.errors import DeploymentError
from visitplannr.deployment.failed_parts import without_failed_parts
from visitplannr.deployment.progress import Progress
from visitplannr.deployment.seed import put_seed
from visitplannr.gateway.kinds import readers
from visitplannr.model.addresses import with_local_addresses
from visitplannr.model.application import Application
from visitplannr.model.code import Code
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.template.inputs import Given
from visitplannr.template.seed import Seed
from visitplannr.template.translation import Translate, translated
from visitplannr.up.environments import faults
from visitplannr.up.sources import Sources

# How CloudFormation says that something is not there that a stack did not make.
_ABSENT = re.compile(
    r"SSM parameter \S+ does not exist|could not be resolved: (parameter|secret)|No export named"
)
_HINTS = (
    (_ABSENT, "; --seed FILE puts it there first"),
    (
        re.compile("Could not connect to the endpoint"),
        "; start what --endpoint-url or AWS_ENDPOINT_URL names, or leave both out",
    ),
)


def _with_hint(error: DeploymentError) -> DeploymentError:
    """Say what to do about what is not there; any other error stays as it is."""
    text = str(error)
    hint = next((hint for pattern, hint in _HINTS if pattern.search(text)), "")
    return type(error)(f"{text}{hint}")


@dataclass(slots=True)
class OwnStack:
    """Makes the stack `name` of `sources`, whose addresses are below `base`.

    `notices` says of an application what of it is not as on AWS, `layers` stand for those that are
    not the stack's own; `translate` translates SAM templates. Functions are built ahead for
    `runtimes`; `unbuilt` says of those that cannot be why.
    """

    name: str
    sources: Sources
    backend: Backend
    base: str
    say: Callable[[str], None]
    notices: Callable[[Application], Iterable[str]]
    runtimes: Runtimes
    layers: Mapping[str, Code] = field(default_factory=dict)
    translate: Translate = translated
    unbuilt: Mapping[str, str] = field(default_factory=dict)
    _seed: Seed | None = None
    _deploying: threading.Lock = field(default_factory=threading.Lock)

    def deploy(self, approve: Approve = everything) -> Application:
        """Bring the stack to what the files say now, and get its functions ready to run.

        Raises:
            DeploymentError: the backend refuses it, or the changes were not approved.
            TemplateError: a file cannot be used, or AWS would refuse what it has.
        """
        with self._deploying:
            given = self.sources.read()
            given.project.check()
            self._put(given.seed)
            progress = Progress(say=self.say, approve=approve)
            wanted = Deployment(given.project, self.name, seed=given.seed, translate=self.translate)
            try:
                deploy(self.backend, wanted, progress, without_failed_parts)
            except DeploymentError as error:
                raise _with_hint(error) from error
            return self._read(given)

    def restore(self) -> Application:
        """Make the stack again, on a backend that has lost it.

        Raises:
            DeploymentError, TemplateError: as for `deploy`.
        """
        self._seed = None
        return self.deploy()

    def read_back(self) -> Application:
        """Read the stack as it is deployed.

        Raises:
            DeploymentError, TemplateError: it is not there, or the files cannot be used.
        """
        return self._read(self.sources.look())

    def _put(self, seed: Seed) -> None:
        """Put the seed there when it is another one: what the stack made of it since stays."""
        if seed != self._seed:
            put_seed(self.backend, seed, self.name)
            self._seed = seed

    def _read(self, given: Given) -> Application:
        there = read_back(self.backend, given.project, self.name, readers(), self.layers)
        for line in (*given.project.remarks(), *given.env_vars.unused(there)):
            self.say(f"{line}.")
        application = with_local_addresses(given.env_vars.put_into(there), self.base)
        for line in self.notices(application):
            self.say(line)
        self.unbuilt = faults(application.functions, self.runtimes)
        for name, why in self.unbuilt.items():
            self.say(f"{name} is not run: {why}.")
        return application
