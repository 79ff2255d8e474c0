"""`docker compose up`: what it gives, and what it survives."""

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from compose.running import Compose, compose
from integration.running import ROOT, up

pytestmark = pytest.mark.compose
PATIENCE_SECONDS = 90.0
SAVE_SECONDS = 5


@pytest.fixture(scope="module")
def project(docker: None) -> Iterator[Compose]:
    with compose() as running:
        yield running


def propose(project: Compose, name: str) -> httpx.Response:
    return project.http.post("/destination", json={"name": name})


def names(project: Compose) -> set[str]:
    return {event["Data"]["M"]["name"]["S"] for event in project.events()}


def wait_until(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def accepted(project: Compose, name: str) -> bool:
    try:
        return propose(project, name).status_code == 200
    except httpx.HTTPError:
        return False


def test_both_apis_put_events_into_the_same_table(project: Compose) -> None:
    assert propose(project, "Through the gateway").text == "OK"
    (api,) = project.client("apigateway").get_rest_apis()["items"]
    own = f"{project.endpoint_url}/_aws/execute-api/{api['id']}/Prod/destination"
    answer = httpx.post(own, json={"name": "Through LocalStack"}, timeout=60)
    assert (answer.status_code, answer.text) == (200, "OK")
    assert {"Through the gateway", "Through LocalStack"} <= names(project)


def test_the_deployed_function_is_a_process_with_lambdas_rules(project: Compose) -> None:
    client = project.client("lambda")
    (function,) = client.list_functions()["Functions"]
    event = {"httpMethod": "POST", "body": '{"name": "Invoked"}'}
    answer = client.invoke(
        FunctionName=function["FunctionName"], Payload=json.dumps(event), LogType="Tail"
    )
    assert json.loads(answer["Payload"].read())["statusCode"] == 200
    assert "LogResult" in answer
    logs = project.client("logs")
    group = f"/aws/lambda/{function['FunctionName']}"

    def logged() -> bool:
        found = logs.filter_log_events(logGroupName=group)["events"]
        return any(event["message"].startswith("REPORT RequestId: ") for event in found)

    wait_until(logged)


def test_containers_are_shut_in(project: Compose) -> None:
    configured = json.loads(project.run("config", "--format", "json"))["services"]
    assert configured["gateway"]["read_only"]
    for service in configured.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert "docker.sock" not in json.dumps(configured)
    ports = [port for service in configured.values() for port in service["ports"]]
    assert {port["host_ip"] for port in ports} == {"127.0.0.1"}
    assert project.run("exec", "-T", "gateway", "id", "-u").strip() == "10001"
    assert project.run("exec", "-T", "localstack", "id", "-un").strip() == "localstack"
    users = project.run("exec", "-T", "localstack", "ps", "-eo", "user=").split()
    assert {*users} == {"localstack"}


def test_a_volume_of_root_is_said_and_can_be_handed_over(docker: None, project: Compose) -> None:
    other = Compose()
    owner = ("run", "--rm", "--no-deps", "--user", "root", "--cap-add", "CHOWN", "--entrypoint")
    try:
        other.run(*owner, "chown", "localstack", "-R", "root", "/var/lib/localstack")
        other.run(*owner, "chmod", "localstack", "-R", "755", "/var/lib/localstack")
        refused = other.run("run", "--rm", "--no-deps", "localstack", check=False)
        assert "visitplannr: /var/lib/localstack belongs to root" in refused
        other.run(*owner, "chown", "localstack", "-R", "localstack", "/var/lib/localstack")
        other.run("up", "--wait", "--wait-timeout", "180", "localstack")
    finally:
        other.run("down", "--volumes", "--timeout", "20", check=False)


def test_data_survives_down_and_up(project: Compose) -> None:
    assert propose(project, "Before down").status_code == 200
    before = names(project)
    project.run("down")
    project.up()
    assert names(project) == before


def test_the_deployed_function_may_be_the_one_that_is_invoked(
    project: Compose, tmp_path: Path
) -> None:
    named = ("--endpoint-url", project.endpoint_url, "--stack-name", "visitplannr")
    with up(tmp_path, *named, "--wait-for-stack", "--invoke", "deployed") as stack:
        stack.ready()
        assert stack.http.post("/destination", json={"name": "Deployed"}).text == "OK"
        assert "Deployed" in names(project)
        assert "INIT_START" not in stack.output
        unknown = stack.http.post("/destination", json={})
        assert unknown.status_code == 400


def test_data_survives_a_restart(project: Compose) -> None:
    assert propose(project, "Before restart").status_code == 200
    before = names(project)
    project.run("restart")
    wait_until(lambda: accepted(project, "After restart"))
    assert before <= names(project)


def test_localstack_may_be_killed_while_proposals_come_in(project: Compose) -> None:
    acknowledged: list[tuple[float, str]] = []
    others: set[int] = set()
    ended = threading.Event()

    def keep_proposing() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            try:
                answer = propose(project, f"Killed {number}")
            except httpx.HTTPError:
                continue
            if answer.status_code == 200:
                acknowledged.append((time.monotonic(), f"Killed {number}"))
            else:
                others.add(answer.status_code)
            time.sleep(0.05)

    thread = threading.Thread(target=keep_proposing)
    thread.start()
    time.sleep(2 * SAVE_SECONDS + 2)
    killed = time.monotonic()
    project.run("kill", "localstack")
    time.sleep(2)
    project.run("up", "--detach", "--wait", "--wait-timeout", "180")
    resumed = time.monotonic()
    wait_until(lambda: any(when > resumed for when, _ in acknowledged))
    ended.set()
    thread.join()
    assert others <= {500, 502, 503, 504}
    assert others
    saved = {name for when, name in acknowledged if when < killed - 2 * SAVE_SECONDS}
    assert saved
    assert saved <= names(project)


def test_the_gateway_may_be_killed(project: Compose) -> None:
    assert propose(project, "Before the gateway's end").status_code == 200
    project.run("kill", "gateway")
    project.up()
    assert "Before the gateway's end" in names(project)
    assert propose(project, "After the gateway's end").status_code == 200


def test_a_broken_template_makes_localstack_unhealthy_and_says_why(
    docker: None, tmp_path: Path, project: Compose
) -> None:
    broken = tmp_path / "template.yaml"
    broken.write_text(
        (ROOT / "template.yaml").read_text().replace("AWS::Serverless", "AWS::Servless")
    )
    command = [
        "docker", "run", "--rm", "--detach", "--network", "none",
        "--volume", f"{broken}:/app/template.yaml:ro", "visitplannr-localstack",
    ]  # fmt: skip
    name = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    try:
        check = [
            "docker",
            "exec",
            name,
            "/opt/visitplannr/bin/python",
            "/etc/localstack/healthy.py",
        ]

        def failed() -> bool:
            done = subprocess.run(check, capture_output=True, text=True, check=False)
            return "failed: 10-deploy.sh" in done.stderr

        wait_until(failed)
        logs = subprocess.run(["docker", "logs", name], capture_output=True, text=True, check=True)
        assert "visitplannr: " in logs.stdout + logs.stderr
    finally:
        subprocess.run(["docker", "kill", name], capture_output=True, check=True)


def test_a_taken_port_is_named(docker: None) -> None:
    other = Compose()
    with socket.create_server(("127.0.0.1", other.localstack_port)):
        said = other.run("up", "--wait", check=False)
        other.run("down", "--volumes", check=False)
    assert str(other.localstack_port) in said
