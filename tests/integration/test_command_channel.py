"""The whole path: HTTP, proxy event, Lambda runtime, handler, DynamoDB."""

import json
import re
import ssl
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from integration.running import Stack

PROPOSAL = {
    "name": "Baltic Centre",
    "geolocation": {"latitude": 54.969, "longitude": -1.598},
}


def propose(stack: Stack, name: str, **headers: str) -> httpx.Response:
    return stack.http.post("/destination", json={"name": name}, headers=headers)


def test_a_proposal_becomes_one_event_in_its_stream(stack: Stack) -> None:
    answer = stack.http.post("/destination", json=PROPOSAL)

    assert (answer.status_code, answer.text) == (200, "OK")
    assert answer.headers["Content-Type"] == "text/plain"
    found = stack.client("dynamodb").query(
        TableName=stack.table(),
        KeyConditionExpression="StreamName = :name",
        ExpressionAttributeValues={":name": {"S": answer.headers["X-Stream-Name"]}},
    )
    (event,) = found["Items"]
    assert event["EventId"] == {"S": answer.headers["X-Event-Id"]}
    assert event["Type"] == {"S": "DestinationProposed"}
    assert event["Data"]["M"]["name"] == {"S": "Baltic Centre"}
    assert event["Data"]["M"]["geolocation"] == {
        "M": {"latitude": {"N": "54.969"}, "longitude": {"N": "-1.598"}}
    }


@pytest.mark.terminal
def test_the_terminal_shows_the_invocation(stack: Stack) -> None:
    answer = propose(stack, "Seven Stories")
    assert answer.status_code == 200

    stack.wait_for(r"received event: .*Seven Stories")
    stack.wait_for(
        r"REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: \d+ MB"
    )
    text = stack.output
    order = [text.index(word) for word in ("START RequestId", "received event", "END RequestId")]
    assert order == sorted(order)


def test_faults_are_all_named_at_once(stack: Stack) -> None:
    answer = stack.http.post("/destination", json={"nmae": "Baltic", "geolocation": 7})

    assert answer.status_code == 400
    faults = {fault["field"]: fault["message"] for fault in answer.json()["errors"]}
    assert set(faults) == {"name", "nmae", "geolocation"}
    assert "did you mean" in faults["nmae"].lower()


def test_a_retry_with_the_same_idempotency_key_lands_on_the_same_event(stack: Stack) -> None:
    before = len(stack.events())
    key = {"Idempotency-Key": "retry-1"}
    first, again = (propose(stack, "Discovery Museum", **key) for _ in range(2))
    other = propose(stack, "Another Museum", **key)

    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 422)
    assert first.headers["X-Event-Id"] == again.headers["X-Event-Id"]
    assert first.headers["X-Stream-Name"] == again.headers["X-Stream-Name"]
    assert len(stack.events()) == before + 1


def test_an_unknown_route_is_answered_as_api_gateway_does(stack: Stack) -> None:
    answer = stack.http.get("/destinations")

    assert answer.status_code == 403
    assert answer.json() == {"message": "Missing Authentication Token"}
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


@pytest.mark.terminal
def test_health_and_resources(stack: Stack) -> None:
    health = stack.http.get("/_local/health")
    resources = stack.http.get("/_local/resources").json()

    assert health.status_code == 200
    assert health.json()["status"] == "ready"
    assert health.json()["endpoint_url"] == stack.endpoint_url
    assert {"EventsTable", "ProposeDestinationFunction", "ServerlessRestApi"} <= {
        resource["logical_id"] for resource in resources
    }
    assert set(resources[0]) == {"logical_id", "type", "physical_id", "status"}


def test_the_function_may_put_items_and_nothing_else(stack: Stack) -> None:
    role = stack.physical_id("ProposeDestinationFunctionRole")
    iam = stack.client("iam")
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    (statement,) = (json.loads(document) if isinstance(document, str) else document)["Statement"]

    assert statement["Action"] == "dynamodb:PutItem"
    assert statement["Resource"].endswith(f":table/{stack.table()}")


TLS = ssl.create_default_context()  # made once: each takes as long as twenty proposals


def propose_on_a_connection_of_its_own(stack: Stack, name: str) -> tuple[int, str]:
    with httpx.Client(base_url=stack.url, timeout=60, verify=TLS) as client:
        answer = client.post("/destination", json={"name": name})
        return answer.status_code, answer.headers.get("X-Event-Id", "")


def test_300_proposals_make_300_events(stack: Stack) -> None:
    before = len(stack.events())
    sequential = [propose(stack, f"sequential {number}") for number in range(100)]
    answers = [(answer.status_code, answer.headers["X-Event-Id"]) for answer in sequential]
    with ThreadPoolExecutor(200) as pool:
        answers += pool.map(
            lambda number: propose_on_a_connection_of_its_own(stack, f"concurrent {number}"),
            range(200),
        )

    assert {status for status, _ in answers} == {200}
    assert len({event_id for _, event_id in answers}) == 300
    assert len(stack.events()) == before + 300


def test_a_client_of_the_backend_goes_on_after_a_thousand_requests(stack: Stack) -> None:
    """A backend may close a connection after so many; a function's client must not notice."""
    client, table = stack.client("dynamodb"), stack.table()
    key = {"StreamName": {"S": "none"}, "EventId": {"S": "none"}}
    read = [client.get_item(TableName=table, Key=key) for _ in range(1_050)]
    assert {answer["ResponseMetadata"]["HTTPStatusCode"] for answer in read} == {200}
    assert not any("Item" in answer for answer in read)


@pytest.mark.terminal
def test_sequential_requests_share_one_environment(stack: Stack) -> None:
    propose(stack, "first")
    started = stack.output.count("INIT_START")
    for number in range(20):
        assert propose(stack, f"warm {number}").status_code == 200
    assert stack.output.count("INIT_START") == started


def test_event_ids_are_uuids_of_version_7(stack: Stack) -> None:
    answer = propose(stack, "ordered")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                        answer.headers["X-Event-Id"])  # fmt: skip
