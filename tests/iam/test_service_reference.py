"""The tables against AWS's Service Authorization Reference, as cfn-lint has it (iam.md I24)."""

import functools
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
from iam.calls import ACCOUNT, REGION, SESSION, Known, here, sample
from visitplannr.iam.actions import SERVICES, checks
from visitplannr.iam.actions.call import Call, Check


@functools.cache
def reference() -> dict[str, Any]:
    """Read it from cfn-lint's folder: to import cfn-lint takes a second."""
    found = importlib.util.find_spec("cfnlint")
    assert found
    assert found.origin
    file = Path(found.origin).parent / "data" / "AdditionalSpecs" / "Policies.json"
    policies: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return policies


OPTIONAL = {
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "cloudwatch:PutMetricData",
    "comprehend:DetectEntities",
    "rekognition:DetectModerationLabels",
    "translate:TranslateText",
}
"""Their resources are those of parameters that are seldom given."""
BY_SAM = {"dynamodb:ListStreams"}
"""SAM's policy template allows it on a table's streams; the reference knows no resource."""


def needed(service: str, operation: str) -> list[Check]:
    shape = SESSION.get_service_model(service).operation_model(operation).input_shape
    given = sample(shape, "") if shape else {}
    if service == "rds-data":
        given["resourceArn"] = here("rds", "cluster:c")
    return list(checks(Call(service, operation, given, ACCOUNT, REGION), Known()) or ())


def formats(prefix: str, types: list[str]) -> list[str]:
    resources = reference()[prefix]["Resources"]
    found = [text for name in types for text in resources.get(name, {}).get("ARNFormats", ())]
    for variable in ("Region", "Account"):
        found = [text.replace(f"${{{variable}}}", "[^:]*") for text in found]
    return [text.replace("${Partition}", "aws") for text in found]


@pytest.mark.parametrize("service", SERVICES)
def test_i24_actions_and_their_resources_are_those_of_the_reference(service: str) -> None:
    for check in (one for operation in SERVICES[service] for one in needed(service, operation)):
        prefix, _, action = check.action.partition(":")
        types = reference()[prefix]["Actions"][action.lower()].get("Resources", [])
        if check.action in OPTIONAL | BY_SAM:
            continue
        assert (check.resource == "*") is (not types), check
        patterns = formats(prefix, types)
        assert not patterns or any(re.fullmatch(one, check.resource) for one in patterns), check
