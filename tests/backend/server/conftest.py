"""DynamoDB in memory, at a time that tests move; MiniStack as we change it, in a process.

There, `run` notes invocations instead of making them; an answer may be asked for by the event.
"""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from visitplannr.dynamodb.engine import Engine, open_engine

PRELUDE = """
import asyncio, contextlib, json, threading, time
from visitplannr.backend.server.clock import Clock
from visitplannr.backend.server.ministack.loading import load
from visitplannr.backend.server.ministack.seams import service
from visitplannr.backend.server.retries import Retries

done = []
answers = []
def run(call):
    done.append([call.function, json.loads(call.payload), call.trigger])
    return answers.pop(0) if answers else {"body": None}

now = [1782896400.0]  # 2026-07-01T09:00:00Z
clock = Clock(lambda: now[0])
places = {}
retries = Retries(clock)

class Permits:  # notes what is asked; refuses what has a word of `refused` in it
    def __init__(self):
        self.asked, self.refused = [], []

    def _said(self, *what):
        self.asked.append(list(what))
        wrong = [word for word in self.refused if word in json.dumps(what)]
        return f"no {wrong[0]}" if wrong else None

    def of_source(self, source, action, resource):
        return self._said(source.service, *source.arns, action, resource)

    def of_function(self, source, arn):
        return self._said(source.service, *source.arns, arn)

    def of_role(self, role, session, call):
        return self._said(role, session, call.service, call.operation, call.parameters)

    def of_checks(self, role, session, needed, function=""):
        return self._said(role, session, *(f"{one.action} {one.resource}" for one in needed))

permits = Permits()
load(run, lambda: None, lambda *_: None, retries, lambda url: places.get(url, url), permits)

def settle():
    while any(t.name == "ministack-background" for t in threading.enumerate()):
        for thread in threading.enumerate():
            if thread.name == "ministack-background":
                with contextlib.suppress(RuntimeError):  # it is only just being started
                    thread.join(20)

def ask(name, action, /, **body):
    headers = {"x-amz-target": f"{TARGETS[name]}.{action}"}
    handler = service(name).handle_request
    status, _, answer = asyncio.run(handler("POST", "/", headers, json.dumps(body).encode(), {}))
    assert status < 300, (status, answer)
    return json.loads(answer or b"{}")

TARGETS = {"sqs": "AmazonSQS", "eventbridge": "AWSEvents", "stepfunctions": "AWSStepFunctions",
           "cognito": "AWSCognitoIdentityProviderService", "firehose": "Firehose_20150804"}
ACCOUNT = "us-east-1:000000000000"
FUNCTION = f"arn:aws:lambda:{ACCOUNT}:function:f"
NOWHERE = f"arn:aws:lambda:{ACCOUNT}:function:nowhere"
DEAD = f"arn:aws:sqs:{ACCOUNT}:dead"
service("lambda_svc")._functions["f"] = {"config": {"FunctionName": "f", "FunctionArn": FUNCTION}}
ask("sqs", "CreateQueue", QueueName="dead")

def letters():
    settle()
    found = ask("sqs", "ReceiveMessage", QueueUrl="dead", MaxNumberOfMessages=10,
                MessageAttributeNames=["All"]).get("Messages", [])
    return [[m["Body"], {k: v["StringValue"] for k, v in m["MessageAttributes"].items()}]
            for m in found]

def say(value):
    print(json.dumps(value))
"""


SERVE = """
import os, signal, sys, traceback
for line in sys.stdin:
    if not (child := os.fork()):
        signal.alarm(30)
        code = 0
        try:
            exec(json.loads(line), globals())
        except BaseException:
            print(traceback.format_exc(), file=sys.stdout)
            code = 1
        sys.stdout.flush()
        os._exit(code)
    _, status = os.waitpid(child, 0)
    print("ended", os.waitstatus_to_exitcode(status), flush=True)
"""

Ran = Callable[[str], list[Any]]


@pytest.fixture(scope="session")
def ran() -> Iterator[Ran]:
    """Run a script after the prelude, in a fork of one process; give what it said."""
    environment = {"PATH": os.environ["PATH"], "IOT_MTLS_ENABLED": "0", "LOG_LEVEL": "CRITICAL"}
    with subprocess.Popen(
        [sys.executable, "-c", PRELUDE + SERVE],
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin
        stdin, stdout = process.stdin, process.stdout
        assert stdout

        def run(script: str) -> list[Any]:
            stdin.write(f"{json.dumps(script)}\n")
            stdin.flush()
            said = []
            while not (line := stdout.readline()).startswith("ended"):
                assert line, "the process has ended"
                said.append(line)
            assert line == "ended 0\n", "".join(said)
            return [json.loads(line) for line in said]

        yield run
        stdin.close()


@pytest.fixture
def tables() -> Engine:
    """An engine whose clock goes on by a second with each look at it."""
    seconds = itertools.count(1_800_000_000)
    return open_engine(":memory:", lambda: float(next(seconds)))
