"""Wait for CloudFormation, which tells nobody when it is done."""

import time
from collections.abc import Callable, Iterator

Sleep = Callable[[float], None]


def polls(sleep: Sleep = time.sleep) -> Iterator[None]:
    """Yield at once, then after growing pauses from 10 ms to 2 s; `sleep` takes seconds."""
    pause = 0.01
    while True:
        yield
        sleep(pause)
        pause = min(pause * 1.5, 2.0)
