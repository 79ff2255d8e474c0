"""DescribeLimits and DescribeEndpoints."""

from visitplannr.dynamodb.operations.call import Answer, Call

ACCOUNT_UNITS = 80_000
TABLE_UNITS = 40_000


def describe_limits(_: Call) -> Answer:
    return {
        "AccountMaxReadCapacityUnits": ACCOUNT_UNITS,
        "AccountMaxWriteCapacityUnits": ACCOUNT_UNITS,
        "TableMaxReadCapacityUnits": TABLE_UNITS,
        "TableMaxWriteCapacityUnits": TABLE_UNITS,
    }


def describe_endpoints(call: Call) -> Answer:
    """Give the endpoint of the region; the wire names the address that was called instead."""
    address = f"dynamodb.{call.place.region}.amazonaws.com"
    return {"Endpoints": [{"Address": address, "CachePeriodInMinutes": 1440}]}
