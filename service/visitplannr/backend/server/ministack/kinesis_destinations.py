"""Changes of tables that are written to Kinesis streams of the backend (dynamodb.md D259)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from visitplannr.backend.server.ministack.seams import find_seam


def to_kinesis(account: str, region: str, arn: str, record: Mapping[str, Any]) -> None:
    """Write a record; a stream that is not there gets none, as on AWS. One key, one shard."""
    keys = json.dumps(record["dynamodb"]["Keys"], sort_keys=True)
    key = hashlib.sha256(keys.encode()).hexdigest().upper()
    with find_seam("core.responses.request_scope")(account, region):
        put = find_seam("services.kinesis.put_record_internal")
        put(arn, key, json.dumps(record).encode())
