"""Flags that contradict each other, SAM CLI's flags, regions: wrong usage is 2, in few words."""

from pathlib import Path
from typing import Any

import commands
import pytest
from visitplannr.cli.advice import advice
from visitplannr.cli.regions import check_region, regions
from visitplannr.cli.sam_flags import taken
from visitplannr.cli.suggestion import like, there_are

URL = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("arguments", "flags"),
    [
        (["logs", "--aws", "--endpoint-url", URL], ["--aws", "--endpoint-url"]),
        (["outputs", "--profile", "p", "--endpoint-url", URL], ["--profile", "--endpoint-url"]),
        (["invoke", "F", "--aws", "--endpoint-url", URL], ["--aws", "--endpoint-url"]),
        (["up", "--ephemeral", "--state-dir", "x"], ["--ephemeral", "--state-dir"]),
        (["start-api", "--detach", "--ephemeral"], ["--detach", "--ephemeral"]),
        (["logs", "A", "--name", "B"], ["--name B", "A"]),
    ],
    ids=lambda value: value[0],
)
def test_both_flags_are_named(tmp_path: Path, arguments: list[str], flags: list[str]) -> None:
    done = commands.run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    said = " ".join(done.stderr.replace("│", " ").split())
    assert "contradict each other" in said
    assert all(flag in said for flag in flags)


@pytest.mark.parametrize("command", ["up", "validate", "logs", "deploy"])
def test_a_region_that_does_not_exist_is_one_line(tmp_path: Path, command: str) -> None:
    done = commands.run(command, "--region", "mars-1", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "visitplannr: there is no region mars-1; AWS has us-east-1, eu-west-1 and others"
    ]


def test_regions_of_all_partitions_are_known() -> None:
    assert {"us-east-1", "cn-north-1", "us-gov-west-1"} <= regions()
    assert not {name for name in regions() if name.endswith("-global")}
    assert [check_region(given) for given in (None, "eu-west-2")] == [None, "eu-west-2"]


def test_sams_flags_are_taken_each_with_a_line() -> None:
    said: list[str] = []
    take = taken(said.append)
    take(skip_pull_image=True, docker_network=["host"], warm_containers=None, shutdown=False)
    assert said == [
        f"--{name} changes nothing: functions run in processes, not in containers."
        for name in ("skip-pull-image", "docker-network")
    ]


@pytest.mark.parametrize("command", ["up", "start-api", "start-lambda", "invoke"])
def test_scripts_for_sam_go_on(tmp_path: Path, command: str) -> None:
    sams = ["--warm-containers", "EAGER", "--skip-pull-image", "--container-host", "localhost"]
    done = commands.run(command, *sams, "-t", "gone.yaml", "--help", cwd=tmp_path)
    assert done.returncode == 0


NAMES = ["EventsTable", "Orders", "GET /notes"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("EventTable", "EventsTable"),
        ("eventstable", "EventsTable"),
        ("GET /note", "GET /notes"),
        ("Something", None),
        ("", None),
    ],
)
def test_what_is_like_it_was_meant(asked: str, meant: str | None) -> None:
    assert like(NAMES, asked) == meant


def test_what_there_is() -> None:
    assert there_are(["B", "A"], "C") == "there are: A, B"
    assert there_are(["Other", "Aname"], "AName") == "there are: Aname, Other; did you mean Aname?"
    assert there_are([], "C") == "there are none"


def errors() -> list[Any]:
    from botocore.exceptions import (  # noqa: PLC0415 - takes long
        ClientError,
        EndpointConnectionError,
        NoCredentialsError,
        NoRegionError,
    )

    expired = ClientError({"Error": {"Code": "ExpiredToken", "Message": "x"}}, "GetRole")
    return [
        (NoRegionError(), "--region or AWS_REGION"),
        (NoCredentialsError(), "--profile, AWS_PROFILE"),
        (EndpointConnectionError(endpoint_url=URL), "running?"),
        (expired, "have expired"),
        (ClientError({"Error": {"Code": "Other", "Message": "x"}}, "GetRole"), ""),
    ]


@pytest.mark.parametrize(("error", "says"), errors(), ids=lambda value: type(value).__name__)
def test_errors_of_aws_come_with_advice(error: Any, says: str) -> None:
    found = advice(error)
    assert says in found
    assert bool(found) == bool(says)
