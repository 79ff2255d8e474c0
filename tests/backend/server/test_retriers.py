"""State machines wait as long as their retriers say."""

from typing import Any

import pytest
from backend.server.conftest import Ran
from visitplannr.backend.server.ministack.retriers import pause_of


@pytest.mark.parametrize(
    ("retrier", "pauses"),
    [
        ({}, [1, 2, 4]),
        ({"IntervalSeconds": 3, "BackoffRate": 1.5}, [3, 4.5, 6.75]),
        ({"IntervalSeconds": 30}, [30, 60, 120]),
        ({"IntervalSeconds": 30, "MaxDelaySeconds": 50}, [30, 50, 50]),
        ({"IntervalSeconds": 4, "JitterStrategy": "FULL"}, [1, 2, 4]),
        ({"IntervalSeconds": 4, "JitterStrategy": "FULL", "MaxDelaySeconds": 4}, [1, 1, 1]),
        ({"IntervalSeconds": 4, "JitterStrategy": "NONE"}, [4, 8, 16]),
    ],
)
def test_the_pauses_of_a_retrier(retrier: Any, pauses: list[float]) -> None:
    """By chance a quarter of what may be waited."""
    assert [pause_of(retrier, retries, lambda: 0.25) for retries in range(3)] == pauses


@pytest.mark.parametrize(
    ("retry", "step", "least", "most"),
    [
        ({"IntervalSeconds": 400}, 10, 1200, 9999),
        ({"IntervalSeconds": 400, "MaxDelaySeconds": 5}, 0.5, 10, 400),
    ],
)
def test_a_task_waits_so_long_by_our_clock(
    ran: Ran, retry: Any, step: float, least: float, most: float
) -> None:
    said = ran(f"""
task = {{"Type": "Task", "Resource": FUNCTION, "End": True,
        "Retry": [{{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2, **{retry!r}}}]}}
machine = ask("stepfunctions", "CreateStateMachine", name="m", roleArn="arn:aws:iam::1:role/r",
    definition=json.dumps({{"StartAt": "T", "States": {{"T": task}}}}))["stateMachineArn"]
answers[:] = [{{"error": True, "body": {{"errorType": "E", "errorMessage": "m"}}}}] * 2
arn = ask("stepfunctions", "StartExecution", stateMachineArn=machine)["executionArn"]
while ask("stepfunctions", "DescribeExecution", executionArn=arn)["status"] == "RUNNING":
    clock.advance({step})
    time.sleep(0.01)
say(clock.moved)
""")
    assert least <= said[0] <= most
