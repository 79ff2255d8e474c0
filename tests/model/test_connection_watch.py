"""When a client is late, and when it is let go, by a clock that only the test moves."""

from collections.abc import Callable

from visitplannr.model.connection_watch import ConnectionWatch


class Scheduled:
    """What happens at a moment, unless it is cancelled."""

    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self.when = when
        self.callback = callback
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Connection:
    """A connection with a clock; `unread` is what the client has not taken."""

    def __init__(self) -> None:
        self.now = 0.0
        self.unread = 0
        self.late: list[float] = []
        self.aborted: list[float] = []
        self._scheduled: list[Scheduled] = []
        self.watch = ConnectionWatch(self, self, lambda: self.late.append(self.now), 30)

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None]) -> Scheduled:
        self._scheduled.append(Scheduled(when, callback))
        return self._scheduled[-1]

    def get_write_buffer_size(self) -> int:
        return self.unread

    def abort(self) -> None:
        self.aborted.append(self.now)

    def go_on(self, until: float) -> None:
        while due := [one for one in self._scheduled if one.when <= until]:
            first = min(due, key=lambda one: one.when)
            self._scheduled.remove(first)
            self.now = max(self.now, first.when)
            if not first.is_cancelled:
                first.callback()
        self.now = until


def test_the_first_request_is_expected_from_the_start() -> None:
    connection = Connection()
    connection.go_on(1_000)
    assert connection.late == [30]


def test_what_is_expected_later_is_late_to_the_second() -> None:
    connection = Connection()
    connection.go_on(10)
    connection.watch.expect_nothing()
    connection.go_on(95)
    assert connection.late == []
    connection.watch.expect()
    connection.go_on(110)
    connection.watch.keep_expecting()
    connection.go_on(1_000)
    assert connection.late == [125]


def test_what_comes_gives_time_for_more() -> None:
    connection = Connection()
    connection.watch.expect(60)
    for second in range(1, 200):
        connection.go_on(second)
        connection.watch.came(501)
    assert connection.late == []
    connection.go_on(1_000)
    assert len(connection.late) == 1


def test_a_trickle_does_not() -> None:
    connection = Connection()
    for second in range(1, 100):
        connection.go_on(second)
        connection.watch.came(1)
    assert len(connection.late) == 1


def test_who_takes_nothing_is_let_go_and_who_takes_a_little_is_not() -> None:
    connection = Connection()
    connection.watch.expect_nothing()
    for unread in (900, 800, 700):
        connection.unread = unread
        connection.go_on(connection.now + 30)
    assert connection.aborted == []
    connection.go_on(1_000)
    assert len(connection.aborted) == 1


def test_it_ends_with_the_connection() -> None:
    connection = Connection()
    connection.watch.end()
    connection.unread = 1
    connection.go_on(1_000)
    assert (connection.late, connection.aborted) == ([], [])
