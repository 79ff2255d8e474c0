"""What MiniStack imports and a stack seldom has is imported when something of it is used.

Its CloudFormation imports all services, a quarter of a second of them: Cognito makes an RSA key.
Its Lambda imports Docker's client, to run functions with: here they run on our host.
"""

import contextlib
import importlib.util
import sys
import threading
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

SELDOM = (
    *("acm", "appconfig", "athena", "autoscaling", "backup", "cloudfront", "codebuild", "cognito"),
    *("documentdb", "ec2", "ecr", "ecs", "efs", "elasticache", "firehose", "glue", "opensearch"),
    *("kinesisanalyticsv2", "rds", "route53", "s3tables", "servicediscovery", "ses", "ses_v2"),
)
# Of what nobody has used there is nothing to write at the end, and nothing to be emptied.
_WITHOUT_USE = frozenset({"get_state", "reset"})
_becoming = threading.RLock()


class DeferredModule(ModuleType):
    """Stands for a module, and becomes it when an attribute is read that only that one has."""

    _begun = False

    def __getattr__(self, name: str) -> Any:
        """Give an attribute that is not there yet; other threads wait until all are."""
        if name not in _WITHOUT_USE and not name.startswith("__"):
            with _becoming:
                waited = not isinstance(self, DeferredModule)
                if not (waited or self._begun) and self.__spec__ and self.__spec__.loader:
                    self._begun = True
                    self.__spec__.loader.exec_module(self)
                    del self._begun
                    self.__class__ = ModuleType  # type: ignore[assignment]
        return ModuleType.__getattribute__(self, name)


def defer(names: Iterable[str] = SELDOM, package: str = "ministack.services") -> None:
    """Put what stands for modules of a package where they would be, unless they are there."""
    for name in names:
        full = f"{package}.{name}"
        if full in sys.modules or (spec := importlib.util.find_spec(full)) is None:
            continue
        module = DeferredModule(full)
        module.__spec__, module.__loader__, module.__file__ = spec, spec.loader, spec.origin
        module.__package__ = package
        sys.modules[full] = module
        setattr(sys.modules[package], name, module)


@contextlib.contextmanager
def missing(name: str) -> Iterator[None]:
    """Let an import of a module fail meanwhile, unless it was imported before."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
