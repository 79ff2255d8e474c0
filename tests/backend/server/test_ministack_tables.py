"""MiniStack's services reach our tables; in processes of their own, as its modules are changed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

BEFORE = """
import asyncio, base64, json, sys, time
from pathlib import Path
from ministack.services import dynamodb
from ministack.services.cloudformation import changesets, drift
from ministack.services import iot, kinesis, stepfunctions, tagging
from visitplannr.backend.server.ministack.earlier_tables import take_over_earlier_tables
from visitplannr.backend.server.ministack.kinesis_destinations import to_kinesis
from visitplannr.backend.server.ministack.tables import connect
from visitplannr.backend.server.tables import Engines
from visitplannr.backend.server.throughput import ThroughputReport
from visitplannr.model.strictness import CapacityMode

def said(line):
    print(json.dumps(line))

report = ThroughputReport(CapacityMode.REPORT, time.time, said)
engines = Engines(
    Path(sys.argv[1]) / "dynamodb", time.time, said, lambda: None, report, to_kinesis
)
engine = engines.of("000000000000", "us-east-1")
create = {"TableName": "visits", "BillingMode": "PAY_PER_REQUEST",
          "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
          "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
arn = "arn:aws:dynamodb:us-east-1:000000000000:table/visits"
"""

SERVICES = """
connect(engines.of)
engine.call("CreateTable", create)
said(stepfunctions._invoke_dynamodb("putItem", {"TableName": "visits", "Item": {"id": {"S": "a"}}}))
try:
    stepfunctions._invoke_dynamodb("getItem", {"TableName": "none", "Key": {"id": {"S": "a"}}})
except stepfunctions._ExecutionError as error:
    said(error.error)
iot._dispatch_rule_dynamodb("000000000000", "us-east-1", "rule",
                            {"putItem": {"tableName": "visits"}}, {"id": "b"})
said(sorted(item["id"]["S"] for item in engine.call("Scan", {"TableName": "visits"})["Items"]))
tagging._write_dynamodb(tagging.parse_arn(arn), arn, {"a": "1", "b": "2"})
tagging._remove_dynamodb(tagging.parse_arn(arn), arn, ["b"])
said([list(one) for one in tagging._collect_dynamodb()])
said([changesets._table_import_problem("visits"), changesets._table_import_problem("none")])
said(drift._read_dynamodb_table("visits", {})["BillingMode"])
headers = {"x-amz-target": "DynamoDB_20120810.ListTables"}
asked = dynamodb.handle_request("POST", "/", headers, b"", {})
status, _, body = asyncio.run(asked)
said([status, json.loads(body)])
said(dynamodb.get_state())
kinesis._create_stream({"StreamName": "changes", "ShardCount": 1})
there = "arn:aws:kinesis:us-east-1:000000000000:stream/"
for stream in ("changes", "nothing"):
    engine.call("EnableKinesisStreamingDestination",
                {"TableName": "visits", "StreamArn": there + stream})
engine.call("PutItem", {"TableName": "visits", "Item": {"id": {"S": "c"}}})
(stream,) = kinesis._streams.values()
(shard,) = stream["shards"].values()
said([json.loads(base64.b64decode(one["Data"]))["dynamodb"]["Keys"] for one in shard["records"]])
"""

TAKING_OVER = """
stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
dynamodb._create_table({**create, "StreamSpecification": stream})
for number in range(30):
    dynamodb._put_item({"TableName": "visits", "Item": {"id": {"S": str(number)}}})
dynamodb._tables["visits"]["items"]["bad"][""] = {"id": {"N": "1"}}
dynamodb._update_ttl({"TableName": "visits",
                      "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True}})
earlier = dynamodb.get_state()
connect(engines.of)
state = Path(sys.argv[1])
(state / "dynamodb.json").write_text("its file")
take_over_earlier_tables(engines.of, state, said)
dynamodb.load_persisted_state(earlier)
said(engine.call("Scan", {"TableName": "visits", "Select": "COUNT"})["Count"])
said(engine.call("DescribeTimeToLive", {"TableName": "visits"}))
table = engine.call("DescribeTable", {"TableName": "visits"})["Table"]
said(table["StreamSpecification"])
stream = engine.call("DescribeStream", {"StreamArn": table["LatestStreamArn"]})["StreamDescription"]
start = {"StreamArn": table["LatestStreamArn"], "ShardId": stream["Shards"][0]["ShardId"],
         "ShardIteratorType": "TRIM_HORIZON"}
said(engine.call("GetRecords", engine.call("GetShardIterator", start))["Records"])
said(sorted(file.name for file in state.iterdir() if file.is_file()))
"""


def run(script: str, folder: Path) -> list[Any]:
    environment = {"PATH": os.environ["PATH"], "IOT_MTLS_ENABLED": "0"}
    ended = subprocess.run(
        [sys.executable, "-c", BEFORE + script, str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_its_services_use_our_tables(tmp_path: Path) -> None:
    put, error, items, tags, problems, mode, answer, state, sent = run(SERVICES, tmp_path)
    assert put == {}
    assert error == "DynamoDB.ResourceNotFoundException"
    assert items == ["a", "b"]
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/visits"
    assert tags == [[arn, [{"Key": "a", "Value": "1"}]]]
    assert problems == [None, "Table: none does not exist."]
    assert mode == "PAY_PER_REQUEST"
    assert answer == [200, {"TableNames": ["visits"]}]
    assert state is None
    assert sent == [{"id": {"S": "c"}}]


def test_tables_of_an_earlier_version_are_taken_over_once(tmp_path: Path) -> None:
    refused, taken, count, expiry, stream, records, files = run(TAKING_OVER, tmp_path)
    assert refused.startswith("DynamoDB: an item of visits could not be taken over: ")
    assert taken.startswith(
        "DynamoDB: 1 tables with 30 items of an earlier version were taken over; "
        f"what they were read from is {tmp_path}"
    )
    assert count == 30
    assert expiry["TimeToLiveDescription"]["AttributeName"] == "until"
    assert stream == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert records == []
    assert files == ["dynamodb.json.earlier"]
