"""A running stack, as a test sees it."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TextIO, TypeVar

from visitplannr.testing.errors import StackError
from visitplannr.testing.process import Start, started
from visitplannr.testing.records import RUNNING, Invocation, Result
from visitplannr.testing.steering import Clock, Faults, Snapshot

if TYPE_CHECKING:
    import httpx

    from visitplannr.testing.places import Place

T = TypeVar("T")
OpenPlace = Callable[[], AbstractContextManager["Place"]]
_LOOK_SECONDS = 0.05
_REQUEST_SECONDS = 60.0


class Stack:
    """The stack of a template, started by `visitplannr up` for as long as the context lasts.

    Without a template, it is the folder's own: template.yaml, .yml or .json.

    `parameters` are the template's, `env_vars` SAM's file or variables for all functions, `flags`
    more flags of `up`. Functions' logs go to `logs`. With a `place`, nothing is started.

    Raises:
        StackError: as the context is entered, if it does not start.
    """

    def __init__(  # noqa: PLR0913 - what `up` is told, by name
        self,
        template: str | Path | None = None,
        *,
        parameters: Mapping[str, str] | None = None,
        env_vars: str | Path | Mapping[str, str] | None = None,
        flags: Sequence[str] = (),
        folder: str | Path = ".",
        logs: TextIO | None = sys.stderr,
        place: OpenPlace | None = None,
    ) -> None:
        given = Path(env_vars) if isinstance(env_vars, str) else env_vars
        start = Start(
            Path(template) if template else None, Path(folder), parameters or {}, given, flags
        )
        self._open = place or partial(_local, start, logs)
        self._held = contextlib.ExitStack()

    @classmethod
    def at(cls, url: str) -> "Stack":
        """See the stack of an `up` that runs already; it goes on when the context ends."""
        return cls(place=partial(_attached, url))

    @classmethod
    def on_aws(cls, name: str, profile: str | None = None, region: str | None = None) -> "Stack":
        """See a stack that is deployed to AWS."""
        return cls(place=partial(_deployed, name, profile, region))

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as held:
            self._place = held.enter_context(self._open())
            held.callback(self._let_go)
            self._held = held.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._held.close()

    @property
    def url(self) -> str:
        """Give the address of its API, without a slash at the end."""
        return self._place.url

    @property
    def endpoint_url(self) -> str | None:
        """Give the address of its AWS services; None on AWS itself."""
        return self._place.endpoint_url

    @cached_property
    def http(self) -> "httpx.Client":
        """Make an HTTP client of its API: `stack.http.get("/path")`."""
        import httpx  # noqa: PLC0415 - see `visitplannr.testing`

        return httpx.Client(base_url=self.url, timeout=_REQUEST_SECONDS)

    def client(self, service: str) -> Any:
        """Make a boto3 client of one of its AWS services."""
        make: Any = self._place.session.client
        return make(service, endpoint_url=self.endpoint_url)

    def resource(self, service: str) -> Any:
        """Make a boto3 resource of one of its AWS services."""
        make: Any = self._place.session.resource
        return make(service, endpoint_url=self.endpoint_url)

    def physical_id(self, logical_id: str) -> str:
        """Give the physical id of a resource of the template: a table's name, a queue's URL.

        Raises:
            StackError: there is no such resource; the text names those there are.
        """
        found = self._place.physical_ids()
        if logical_id not in found:
            there = ", ".join(sorted(found)) or "none"
            raise StackError(f"the stack has no resource {logical_id}; there are: {there}")
        return found[logical_id]

    @property
    def outputs(self) -> Mapping[str, str]:
        """Give the stack's outputs."""
        return self._place.outputs()

    def invoke(self, function: str, event: Any = None) -> Result:
        """Run a function with an event, and wait for it."""
        return self._place.invoke(function, {} if event is None else event)

    def invocations(
        self, function: str | None = None, *, since: float = 0.0
    ) -> Sequence[Invocation]:
        """Give what was invoked since a time and has ended, of one function or of all.

        The oldest comes first.
        """
        found = self._place.invocations(function, since)
        return [one for one in found if one.status != RUNNING]

    def recorded(self, since: float) -> Sequence[Invocation]:
        """Give all that was invoked since a time; what still runs has no result and no log yet."""
        return self._place.invocations(None, since)

    def wait_for(self, condition: Callable[[], T], timeout: float = 10.0) -> T:
        """Ask until a condition gives something that is true, and return that.

        Raises:
            TimeoutError: it has not, for `timeout` seconds.
        """
        end = time.monotonic() + timeout
        while not (found := condition()):
            if time.monotonic() >= end:
                raise TimeoutError(f"not within {timeout:g} s; the last answer was {found!r}")
            time.sleep(_LOOK_SECONDS)
        return found

    def reset(self) -> None:
        """Empty tables, queues, buckets, logs and records; the stack stays deployed."""
        self._place.steer("POST", "reset")

    @property
    def clock(self) -> Clock:
        """Give the time of schedules, time to live, queues and retries."""
        return Clock(self._place.steer)

    @property
    def faults(self) -> Faults:
        """Let AWS calls fail."""
        return Faults(self._place.steer)

    def snapshot(self) -> Snapshot:
        """Copy the tables aside."""
        return Snapshot(str(self._place.steer("POST", "snapshots")["id"]))

    def restore(self, saved: Snapshot) -> None:
        """Give the tables the items that they had, as often as wanted."""
        self._place.steer("POST", f"snapshots/{saved.id}/restore")

    def _let_go(self) -> None:
        if client := self.__dict__.pop("http", None):
            client.close()


@contextlib.contextmanager
def _local(start: Start, logs: TextIO | None) -> Iterator["Place"]:
    with started(start, logs) as url:
        from visitplannr.testing.local import Local  # noqa: PLC0415 - see `visitplannr.testing`

        with contextlib.closing(Local(url)) as place:
            yield place


@contextlib.contextmanager
def _attached(url: str) -> Iterator["Place"]:
    from visitplannr.testing.local import Local  # noqa: PLC0415 - see `visitplannr.testing`

    with contextlib.closing(Local(url)) as place:
        if "endpoint_url" not in place.health:
            raise StackError(f"no `visitplannr up` answers at {url}, but something else")
        yield place


@contextlib.contextmanager
def _deployed(name: str, profile: str | None, region: str | None) -> Iterator["Place"]:
    import boto3  # noqa: PLC0415 - takes long

    from visitplannr.testing.on_aws import OnAws  # noqa: PLC0415 - as above

    yield OnAws(name, boto3.Session(profile_name=profile, region_name=region))
