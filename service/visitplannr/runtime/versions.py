"""The versions of a function: each has environments of its own, and the code is the same here."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from visitplannr.model.application import Function
from visitplannr.runtime.concurrency import Concurrency
from visitplannr.runtime.function_reference import LATEST
from visitplannr.runtime.pool import Pool


class Versions:
    """The pools of one function's versions, made when one is asked for (lambda-runtime.md L69).

    One that is debugged has a single environment: all its versions are `$LATEST`.
    """

    def __init__(
        self,
        function: Function,
        make: Callable[[Function], Pool],
        concurrency: Concurrency,
        *,
        debugged: bool = False,
    ) -> None:
        self.concurrency = concurrency
        self.latest = make(function)
        self._function = function
        self._make = make
        self._debugged = debugged
        self._pools = {LATEST: self.latest}

    @property
    def name(self) -> str:
        """The function's logical id."""
        return self._function.logical_id

    def __iter__(self) -> Iterator[Pool]:
        return iter(self._pools.values())

    def pool(self, qualifier: str) -> Pool:
        """Give the environments of a version, or of the one that an alias stands for."""
        if self._debugged:
            return self.latest
        version = self._function.aliases.get(qualifier, qualifier)
        if not version.isdecimal():
            return self.latest
        if version not in self._pools:
            self._pools[version] = self._make(replace(self._function, version=version))
        return self._pools[version]
