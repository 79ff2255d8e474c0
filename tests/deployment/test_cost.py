"""What a stack costs a month although nobody uses it."""

from typing import Any

import pytest
from visitplannr.deployment.cost import monthly_costs

CAPACITY = {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}
CASES: list[Any] = [
    pytest.param("AWS::DynamoDB::Table", CAPACITY, [2.847], id="provisioned table"),
    pytest.param("AWS::DynamoDB::Table",
                 {**CAPACITY, "GlobalSecondaryIndexes": [{"IndexName": "i", **CAPACITY}]},
                 [2.847, 2.847], id="with an index"),
    pytest.param("AWS::DynamoDB::Table", {"BillingMode": "PAY_PER_REQUEST"}, [], id="on demand"),
    pytest.param("AWS::DynamoDB::Table",
                 {"ProvisionedThroughput": {"ReadCapacityUnits": {"Ref": "R"},
                                            "WriteCapacityUnits": 1}}, [None], id="a parameter"),
    pytest.param("AWS::Kinesis::Stream", {"ShardCount": 2}, [21.9], id="shards"),
    pytest.param("AWS::Lambda::Alias",
                 {"FunctionName": {"Ref": "F"},
                  "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 2}},
                 [10.95], id="provisioned concurrency"),
    pytest.param("AWS::ApiGateway::Stage", {"CacheClusterEnabled": True}, [14.6], id="cache"),
    pytest.param("AWS::Lambda::Function", {}, [], id="functions cost by use"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "properties", "dollars"), CASES)
def test_standing_costs(kind: str, properties: dict[str, Any], dollars: list[float | None]) -> None:
    costs = monthly_costs(
        {
            "Resources": {
                "F": {"Type": "AWS::Lambda::Function", "Properties": {"MemorySize": 512}},
                "R": {"Type": kind, "Properties": properties},
            }
        }
    )
    assert [cost.dollars and round(cost.dollars, 3) for cost in costs] == dollars
    assert all(cost.basis for cost in costs)
