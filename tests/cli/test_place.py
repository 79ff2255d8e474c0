"""Which stack a command is about, and how a refusal is said."""

from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from visitplannr.cli.command import Wanted
from visitplannr.cli.place import PlaceError, find_place, in_one_line
from visitplannr.up.announcement import Running, announced

RUNNING = Running("http://127.0.0.1:8000", "http://127.0.0.1:4567", "eu-west-2", "shop")


@pytest.fixture
def wanted(tmp_path: Path) -> Wanted:
    return Wanted(tmp_path / "visits" / "template.yaml", tmp_path)


def test_the_running_one_is_meant(wanted: Wanted) -> None:
    with announced(wanted.state, RUNNING):
        place = find_place(wanted)
    assert (place.stack_name, place.url) == ("shop", RUNNING.url)
    assert (place.backend.endpoint_url, place.backend.region) == (RUNNING.endpoint_url, "eu-west-2")


def test_another_stack_on_the_running_backend_has_no_gateway(wanted: Wanted) -> None:
    with announced(wanted.state, RUNNING):
        place = find_place(replace(wanted, stack_name="other"))
    assert (place.stack_name, place.url) == ("other", None)
    assert place.backend.endpoint_url == RUNNING.endpoint_url


def test_a_named_emulator_wins_over_the_running_one(wanted: Wanted) -> None:
    with announced(wanted.state, RUNNING):
        place = find_place(replace(wanted, endpoint_url="http://localhost:4566"))
    assert (place.stack_name, place.url) == ("visits", None)
    assert (place.backend.endpoint_url, place.backend.region) == (
        "http://localhost:4566",
        "us-east-1",
    )


def test_nothing_runs(wanted: Wanted) -> None:
    with pytest.raises(PlaceError, match=r"start `visitplannr up`, .* --endpoint-url, or AWS"):
        find_place(wanted)


def test_a_profile_that_is_not_there(wanted: Wanted) -> None:
    with pytest.raises(PlaceError, match=r"the profile of-nobody cannot be used: "):
        find_place(replace(wanted, profile="of-nobody"))


def test_what_aws_refuses_is_one_line() -> None:
    refused = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetRole")
    with (
        pytest.raises(PlaceError, match=r"the roles of shop cannot be read: .*AccessDenied"),
        in_one_line("the roles of shop cannot be read"),
    ):
        raise refused
