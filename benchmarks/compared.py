"""Targets compared: interleaved rounds in one run, medians and ratios."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median, quantiles

from benchmarks.load import Measured
from benchmarks.targets import WORKLOADS, Target, Workload

CONNECTIONS = (1, 8)
_HEAD = (
    "",
    "p50 ms (min to max of rounds)",
    "p99 ms",
    "requests/s",
    "p50 to the floor's",
    "our requests/s to its",
    "load's CPU",
)


@dataclass(frozen=True)
class Extent:
    """How much is measured: rounds of so many requests to each target, so many starts and saves."""

    rounds: int
    requests: int
    starts: int
    saves: int


FULL = Extent(rounds=5, requests=600, starts=3, saves=10)
QUICK = Extent(rounds=1, requests=50, starts=1, saves=2)


@dataclass
class Rounds:
    """One target under one workload, round by round."""

    target: Target
    measured: list[Measured] = field(default_factory=list)

    @property
    def medians(self) -> list[float]:
        return [median(one.milliseconds) for one in self.measured]

    @property
    def rates(self) -> list[float]:
        return [one.rate for one in self.measured]

    @property
    def p99(self) -> float:
        return quantiles([ms for one in self.measured for ms in one.milliseconds], n=100)[98]

    @property
    def cpu(self) -> float:
        return max(one.cpu for one in self.measured)


def compare(targets: list[Target], extent: Extent, say: Callable[[str], None]) -> list[str]:
    """Measure all under all; give the lines of the tables."""
    lines: list[str] = []
    for workload in WORKLOADS:
        for connections in CONNECTIONS:
            say(f"{workload.name}, {connections} connections ...")
            found = _measure(targets, workload, connections, extent)
            lines += _table(workload, connections, found)
    return lines


def _measure(
    targets: list[Target], workload: Workload, connections: int, extent: Extent
) -> list[Rounds]:
    found = [Rounds(target) for target in targets]
    for _ in range(extent.rounds):
        for rounds in found:
            requests = max(int(extent.requests * rounds.target.effort), 2 * connections)
            rounds.measured.append(rounds.target.send(workload, connections, requests))
    return found


def _table(workload: Workload, connections: int, found: list[Rounds]) -> list[str]:
    floor, ours = found[0], found[1]
    head = f"{workload.name}, {connections} connection{'s' if connections > 1 else ''}"
    lines = [
        "",
        f"**{head}**",
        "",
        f"| {' | '.join(_HEAD)} |",
        "|---|---|---|---|---|---|---|",
    ]
    for rounds in found:
        medians = rounds.medians
        lines.append(
            f"| {rounds.target.name} "
            f"| {median(medians):.2f} ({min(medians):.2f} to {max(medians):.2f}) "
            f"| {rounds.p99:.2f} | {median(rounds.rates):.0f} "
            f"| {ratio(medians, floor.medians)} "
            f"| {ratio(ours.rates, rounds.rates)} "
            f"| {rounds.cpu:.0%} |"
        )
    return lines


def ratio(above: list[float], below: list[float]) -> str:
    """Give the median ratio of the rounds, each with its like, and the span."""
    ratios = sorted(a / b for a, b in zip(above, below, strict=True))
    if ratios[0] == ratios[-1] == 1.0:
        return "1"
    if not 0.01 < ratios[-1] < 100:
        return "—"
    return f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
