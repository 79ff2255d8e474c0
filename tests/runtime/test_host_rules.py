"""The host's own rules, with environments that are no processes."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from runtime.conftest import FUNCTION
from runtime.fakes import FakeEnvironment, settled
from visitplannr.model.application import Function
from visitplannr.model.invocation import FunctionNotFoundError, NotRunError, ThrottledError
from visitplannr.runtime.host import RuntimeHost
from visitplannr.runtime.invocation import Invocation
from visitplannr.runtime.lifecycle import State
from visitplannr.runtime.memory import MemoryWatch
from visitplannr.runtime.place import Place
from visitplannr.runtime.pool import Environment
from visitplannr.runtime.process import start_in_session
from visitplannr.runtime.runtimes import Runtimes
from visitplannr.runtime.sandbox import Sandbox
from visitplannr.runtime.settings import HostSettings


class Hosted:
    """A host of several functions; their environments, by the function's name."""

    def __init__(
        self,
        *names: str,
        debugged: Sequence[str] = (),
        concurrency: int = 1000,
        faults: Mapping[str, str] = MappingProxyType({}),
        reserved: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.made: dict[str, list[FakeEnvironment]] = {name: [] for name in names}
        self.versions: list[str] = []
        self.reports: list[str] = []
        settings = HostSettings(
            Sandbox("us-east-1", "k", "s", "t", "http://127.0.0.1:1", "", Path("/nowhere")),
            Runtimes(Path("/nowhere"), "", Path("/nowhere")),
            start_in_session,
            lambda _event: None,
            self.reports.append,
            debug_ports=dict.fromkeys(debugged, 5678),
            account_concurrency=concurrency,
        )
        functions = [
            replace(
                FUNCTION,
                logical_id=name,
                name=f"stack-{name}",
                arn=f"arn:x:{name}",
                fault=faults.get(name),
                reserved_concurrency=reserved.get(name),
                aliases={"live": "2"},
            )
            for name in names
        ]
        self.host = RuntimeHost(functions, settings, self._make)

    def _make(
        self,
        function: Function,
        _settings: HostSettings,
        _watch: MemoryWatch,
        changed: Callable[[Environment], None],
        first: Invocation | None,
        place: Place | None,
    ) -> FakeEnvironment:
        made = FakeEnvironment(changed, first, place)
        self.made[function.logical_id].append(made)
        self.versions.append(function.version)
        return made

    def started(self) -> set[str]:
        return {name for name, environments in self.made.items() if environments}


async def test_warm_starts_one_of_each_function_a_few_at_a_time() -> None:
    names = [f"F{number}" for number in range(50)]
    hosted = Hosted(*names)
    hosted.host.warm()
    await settled()
    some = hosted.started()
    assert 0 < len(some) < len(names)
    for name in some:
        hosted.made[name][0].become(State.IDLE)
    await settled()
    assert len(hosted.started()) > len(some)
    await hosted.host.close()


async def test_debugged_functions_keep_no_other_from_starting() -> None:
    names = [f"F{number}" for number in range(50)]
    debugged = names[:40]
    hosted = Hosted(*names, debugged=debugged)
    hosted.host.warm()
    for _ in names:
        await settled()
        for name in hosted.started() - set(debugged):
            hosted.made[name][0].become(State.IDLE)
    assert {hosted.made[name][0].state for name in debugged} == {State.INIT}
    assert hosted.started() == set(names)
    await hosted.host.close()


async def test_slow_inits_keep_no_other_function_waiting() -> None:
    names = [f"F{number}" for number in range(50)]
    hosted = Hosted(*names)
    results = [hosted.host.invoke(name, b"{}") for name in names]
    await settled()
    assert hosted.started() == set(names)
    await hosted.host.close()
    await asyncio.gather(*results, return_exceptions=True)


async def test_a_debugged_function_has_one_environment() -> None:
    hosted = Hosted("F", debugged=["F"])
    results = [hosted.host.invoke("F", b"{}") for _ in range(3)]
    assert len(hosted.made["F"]) == 1
    await hosted.host.close()
    await asyncio.gather(*results, return_exceptions=True)


async def test_l18_the_accounts_concurrency_is_shared() -> None:
    hosted = Hosted("F", "G", concurrency=1)
    result = hosted.host.invoke("F", b"{}")
    with pytest.raises(ThrottledError) as throttled:
        hosted.host.invoke("G", b"{}")
    assert throttled.value.reason == "ConcurrentInvocationLimitExceeded"
    result.cancel()
    await settled()
    hosted.host.invoke("G", b"{}").cancel()
    await hosted.host.close()


async def test_l19_a_reserved_concurrency_is_of_all_versions_together() -> None:
    hosted = Hosted("F", reserved={"F": 2})
    running = [hosted.host.invoke("F", b"{}"), hosted.host.invoke("F:live", b"{}")]
    for name in ("F", "F:live", "F:7"):
        with pytest.raises(ThrottledError) as throttled:
            hosted.host.invoke(name, b"{}")
        assert throttled.value.reason == "ReservedFunctionConcurrentInvocationLimitExceeded"
    running[1].cancel()
    await settled()
    hosted.host.invoke("F", b"{}").cancel()
    running[0].cancel()
    await hosted.host.close()


async def test_l19_a_function_that_has_reserved_none_does_not_run() -> None:
    hosted = Hosted("F", reserved={"F": 0})
    with pytest.raises(ThrottledError):
        hosted.host.invoke("F", b"{}")
    await hosted.host.close()


async def test_l18_what_is_reserved_is_kept_for_its_function() -> None:
    hosted = Hosted("F", "G", concurrency=150, reserved={"F": 30})
    others = [hosted.host.invoke("G", b"{}") for _ in range(120)]
    with pytest.raises(ThrottledError) as throttled:
        hosted.host.invoke("G", b"{}")
    assert throttled.value.reason == "ConcurrentInvocationLimitExceeded"
    own = [hosted.host.invoke("F", b"{}") for _ in range(30)]
    await hosted.host.close()
    await asyncio.gather(*others, *own, return_exceptions=True)


async def test_l18_the_others_keep_100_whatever_is_reserved() -> None:
    hosted = Hosted("F", "G", concurrency=150, reserved={"F": 150})
    others = [hosted.host.invoke("G", b"{}") for _ in range(100)]
    with pytest.raises(ThrottledError):
        hosted.host.invoke("G", b"{}")
    await hosted.host.close()
    await asyncio.gather(*others, return_exceptions=True)


async def test_l69_each_version_has_environments_of_its_own() -> None:
    hosted = Hosted("F")
    names = ("F", "F:live", "F:2", "F:$LATEST", "F:unknown")
    results = [hosted.host.invoke(name, b"{}") for name in names]
    assert set(hosted.versions) == {"$LATEST", "2"}
    await hosted.host.close()
    await asyncio.gather(*results, return_exceptions=True)


async def test_l69_all_versions_of_a_debugged_function_are_one() -> None:
    hosted = Hosted("F", debugged=["F"])
    results = [hosted.host.invoke(name, b"{}") for name in ("F", "F:live")]
    assert hosted.versions == ["$LATEST"]
    await hosted.host.close()
    await asyncio.gather(*results, return_exceptions=True)


async def test_retire_waits_for_what_runs() -> None:
    hosted = Hosted("F")
    result = hosted.host.invoke("F", b"{}")
    (environment,) = hosted.made["F"]
    environment.become(State.IDLE)
    retiring = asyncio.ensure_future(hosted.host.retire())
    await settled()
    assert not retiring.done()
    environment.given[0].settle(b"1", None, 0)
    await retiring
    assert (await result).payload == b"1"
    assert environment.killed


async def test_what_is_still_to_be_tried_at_the_end_is_said() -> None:
    hosted = Hosted("F", reserved={"F": 0})
    await hosted.host.submit("F", b"{}")
    await settled()
    await hosted.host.close()
    assert hosted.reports == ["asynchronous invocations that were still to be tried are lost: 1"]


async def test_functions_are_refreshed_each_by_itself() -> None:
    hosted = Hosted("F", "G")
    for name in ("F", "G"):
        hosted.host.invoke(name, b"{}").cancel()
        hosted.made[name][0].become(State.IDLE)
    hosted.made["G"][0].stale = "g.py"
    assert hosted.host.refresh() == ["g.py"]
    assert [hosted.made[name][0].killed for name in ("F", "G")] == [False, True]
    await hosted.host.close()


async def test_who_is_not_there_is_not_submitted_either() -> None:
    with pytest.raises(FunctionNotFoundError, match="no function is named Other; there are: F"):
        await Hosted("F").host.submit("Other", b"{}")


async def test_a_function_that_is_not_run_is_no_unknown_one() -> None:
    hosted = Hosted("Good", "Bad", faults={"Bad": "it is an image"})
    for name in ("Bad", "stack-Bad", "arn:x:Bad", "stack-Bad:live"):
        with pytest.raises(NotRunError, match=r"^Bad is not run: it is an image$"):
            await hosted.host.invoke(name, b"{}")
        with pytest.raises(NotRunError):
            await hosted.host.submit(name, b"{}")
    hosted.host.warm()
    await settled()
    assert hosted.started() == {"Good"}
    await hosted.host.close()
