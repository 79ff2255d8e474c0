"""What a stack costs a month although nobody uses it: its provisioned capacity.

Prices are AWS's list prices of us-east-1 in US dollars, without free tiers, put down by hand: an
estimate, not a bill.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

HOURS = 730
PER_USE = (
    "per million requests 0.20 for Lambda, 3.50 for a REST API, 1.00 for an HTTP API",
    "per million seconds of a function with 1 GB of memory 16.67",
)
_READ_UNIT, _WRITE_UNIT = 0.00013, 0.00065
_PROVISIONED_GB_SECOND = 0.0000041667
_SHARD = 0.015
_CACHE = {"0.5": 0.02, "1.6": 0.038, "6.1": 0.20, "13.5": 0.25, "28.4": 0.50, "58.2": 1.00}

_Estimate = Iterator[tuple[str, float | None]]


@dataclass(frozen=True, slots=True)
class Cost:
    """One resource's; `dollars` a month is None where the template does not say how much."""

    logical_id: str
    basis: str
    dollars: float | None


def monthly_costs(template: Mapping[str, Any]) -> list[Cost]:
    """Estimate the standing costs of a transformed template."""
    return [
        Cost(logical_id, *found)
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] in _ESTIMATES
        for found in _ESTIMATES[resource["Type"]](resource.get("Properties") or {}, template)
    ]


def _table(properties: Mapping[str, Any], _template: Mapping[str, Any]) -> _Estimate:
    if properties.get("BillingMode") == "PAY_PER_REQUEST":
        return
    indexes = properties.get("GlobalSecondaryIndexes") or []
    for place in (properties, *indexes):
        capacity = place.get("ProvisionedThroughput") or {}
        read, write = (capacity.get(f"{kind}CapacityUnits") for kind in ("Read", "Write"))
        index = f" of {place['IndexName']}" if "IndexName" in place else ""
        basis = f"{_shown(read)} read and {_shown(write)} write units{index}"
        if isinstance(read, int) and isinstance(write, int):
            yield basis, HOURS * (read * _READ_UNIT + write * _WRITE_UNIT)
        else:
            yield basis, None


def _environments(properties: Mapping[str, Any], template: Mapping[str, Any]) -> _Estimate:
    provisioned = properties.get("ProvisionedConcurrencyConfig") or {}
    if count := provisioned.get("ProvisionedConcurrentExecutions"):
        function = (properties.get("FunctionName") or {}).get("Ref", "")
        found = template["Resources"].get(function) or {}
        memory = (found.get("Properties") or {}).get("MemorySize", 128)
        basis = f"{_shown(count)} environments of {_shown(memory)} MB, provisioned"
        if isinstance(count, int) and isinstance(memory, int):
            yield basis, HOURS * 3600 * count * memory / 1024 * _PROVISIONED_GB_SECOND
        else:
            yield basis, None


def _stream(properties: Mapping[str, Any], _template: Mapping[str, Any]) -> _Estimate:
    if (properties.get("StreamModeDetails") or {}).get("StreamMode") != "ON_DEMAND":
        shards = properties.get("ShardCount", 1)
        known = isinstance(shards, int)
        yield f"{_shown(shards)} shards", HOURS * shards * _SHARD if known else None


def _stage(properties: Mapping[str, Any], _template: Mapping[str, Any]) -> _Estimate:
    if properties.get("CacheClusterEnabled"):
        size = str(properties.get("CacheClusterSize", "0.5"))
        price = _CACHE.get(size)
        yield f"a cache of {size} GB", HOURS * price if price else None


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, int) else "?"


_ESTIMATES: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], _Estimate]] = {
    "AWS::ApiGateway::Stage": _stage,
    "AWS::DynamoDB::Table": _table,
    "AWS::Kinesis::Stream": _stream,
    "AWS::Lambda::Alias": _environments,
    "AWS::Lambda::Version": _environments,
}
