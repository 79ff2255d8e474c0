"""What functions' environments are started with in `up`, and what this system cannot give them."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from visitplannr.backend.endpoint import Backend
from visitplannr.backend.log_shipper import LogShipper, Shipment
from visitplannr.deployment.build.builder import make_builder
from visitplannr.deployment.build.installer import find_programs
from visitplannr.model.application import Function
from visitplannr.model.code import BuildError
from visitplannr.model.function_credentials import Issue
from visitplannr.model.secrets import Secrets
from visitplannr.runtime.handler_check import missing_module, missing_requirement
from visitplannr.runtime.isolation import find_isolation
from visitplannr.runtime.platform_log import LogEvent
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.sandbox import Sandbox
from visitplannr.up.function_output import is_boilerplate, is_error
from visitplannr.up.terminal import Terminal


def make_runtimes(cache: Path, say: Callable[[str], None]) -> Runtimes:
    """Look at what this machine has to run functions, and to build them."""
    path, home = _search_path(), Path.home()
    builder = make_builder(cache, home, find_programs(os.environ), say)
    return Runtimes(cache, path, home, builder, find_isolation(path))


def sandbox_of(
    backend: Backend, work: Path, late: Callable[[], Mapping[str, str]], issue: Issue | None
) -> Sandbox:
    """Say what all environments see of the backend; their folders lie below `work`.

    `late` gives variables that are only known when an environment is started, `issue` credentials
    of its own, where the backend knows those.
    """
    return Sandbox(
        region=backend.region,
        access_key_id=backend.credentials.access_key_id,
        secret_access_key=backend.credentials.secret_access_key,
        session_token=backend.credentials.session_token,
        endpoint_url=backend.endpoint_url,
        path=_search_path(),
        work=work,
        issue=issue,
        late=late,
    )


def of_this_system(runtimes: Runtimes) -> Iterator[str]:
    """Say what this system cannot do for any function."""
    if runtimes.isolation is None:
        yield (
            "Functions share /tmp with this machine, however much they write, and only Python's "
            "cannot write into their code: this system gives no namespaces (unshare)."
        )


def faults(functions: Iterable[Function], runtimes: Runtimes) -> dict[str, str]:
    """Build the functions ahead; say of each that cannot be built why: the others run."""
    found = {}
    for function in filter(runtimes.runs, functions):
        try:
            runtimes.prepare(function)
        except BuildError as error:
            found[function.logical_id] = str(error)
    return found


def not_runnable(
    functions: Iterable[Function], runtimes: Runtimes, unbuilt: Mapping[str, str]
) -> dict[str, str]:
    """Say of each function that cannot run why, as far as that is known before it is run."""
    found = dict(unbuilt)
    for function in functions:
        if function.logical_id not in found:
            why = runtimes.reason_against(function) or missing_module(function, runtimes)
            found |= {function.logical_id: why} if why else {}
    return found


def log(terminal: Terminal, shipper: LogShipper, secrets: Secrets, event: LogEvent) -> None:
    """Show a log event, its secrets masked, and bring it to the backend, which keeps it."""
    function, message = event.function, secrets.text(event.message)
    if not is_boilerplate(message):
        alarming, at_ms = is_error(message), event.timestamp_ms
        terminal.log(function.logical_id, message, alarming=alarming, at_ms=at_ms)
        if hint := missing_requirement(message, function) if alarming else None:
            terminal.log("runtime", f"{function.logical_id}: {hint}")
    shipper.add(Shipment(function.log_group, event.log_stream, event.timestamp_ms, message))


def _search_path() -> str:
    return os.environ.get("PATH", os.defpath)
