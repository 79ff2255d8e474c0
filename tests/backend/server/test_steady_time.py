"""The backend's time goes on where the machine's clock is set back, and follows it forward."""

import pytest
from visitplannr.backend.server.steady_time import SteadyTime

DAY = 86_400.0


class Machine:
    """Its clock is set by tests; seconds pass by `passed`."""

    def __init__(self) -> None:
        self.clock = 1_795_000_000.0
        self.uptime = 100.0

    def passed(self, seconds: float, *, set_by: float = 0.0) -> None:
        self.clock += seconds + set_by
        self.uptime += seconds


@pytest.mark.parametrize(
    ("set_by", "goes_on_by"),
    [
        (0.0, 10.0),
        (-3 * DAY, 10.0),
        (-0.5, 9.5),  # the machine's clock is only put right
        (5 * DAY, 10.0 + 5 * DAY),
    ],
)
def test_a_clock_that_is_set(set_by: float, goes_on_by: float) -> None:
    machine = Machine()
    now = SteadyTime(lambda: machine.clock, lambda: machine.uptime)
    before = now()
    machine.passed(10.0, set_by=set_by)
    assert now() - before == pytest.approx(goes_on_by)
    after = now()
    machine.passed(5.0)
    assert now() - after == pytest.approx(5.0)


def test_forward_and_back_again() -> None:
    machine = Machine()
    now = SteadyTime(lambda: machine.clock, lambda: machine.uptime)
    before = now()
    for set_by in (-3 * DAY, 5 * DAY, -2 * DAY):
        machine.passed(1.0, set_by=set_by)
        assert now() > before
        before = now()
