"""What the backend's own code warns of is told, each once, and in one line."""

import logging
import threading

from visitplannr.backend.server.notices import tell_warnings

OURS = logging.getLogger("visitplannr.backend.server")


def test_each_warning_of_ours_is_told_once_in_a_line() -> None:
    told: list[str] = []
    log = OURS.getChild("somewhere")
    before = list(OURS.handlers)
    listener = tell_warnings(told.append)
    try:
        for number in (1, 1, 2):
            log.warning("the rule r%d cannot deliver", number)
        log.info("fine")
        error = LookupError("no queue")
        log.error("the mapping m cannot be polled", exc_info=error)
        logging.getLogger("others").warning("not ours")
        listener.stop()
    finally:
        for handler in set(OURS.handlers) - set(before):
            OURS.removeHandler(handler)
    assert told == [
        "the rule r1 cannot deliver",
        "the rule r2 cannot deliver",
        "the mapping m cannot be polled: LookupError: no queue",
    ]


def test_who_warns_does_not_wait_for_who_is_told() -> None:
    may_be_told, told = threading.Event(), list[str]()

    def tell(line: str) -> None:
        may_be_told.wait(20)
        told.append(line)

    before = list(OURS.handlers)
    listener = tell_warnings(tell)
    try:
        OURS.warning("first")
        OURS.warning("second")
        assert told == []
        may_be_told.set()
        listener.stop()
    finally:
        for handler in set(OURS.handlers) - set(before):
            OURS.removeHandler(handler)
    assert told == ["first", "second"]
