"""Samples of events, for all sources that SAM CLI has and some more."""

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from visitplannr.cli.command import CommandError
from visitplannr.cli.sample_event import sample_event, samples

SAMS = {
    *("alb", "alexa-skills-kit", "alexa-smart-home", "appsync", "batch", "cloudformation"),
    *("cloudfront", "cloudwatch-logs", "codecommit", "codepipeline", "cognito", "cognito-sync"),
    *("config", "connect", "dynamodb", "eventbridge", "firehose", "kinesis", "lex", "rekognition"),
    *("s3", "sagemaker", "schedule", "ses", "sns", "sqs", "stepfunctions"),
}


def test_sams_sources_are_there() -> None:
    assert set(samples()) >= SAMS


@pytest.mark.parametrize("source", samples())
def test_each_is_an_object_of_this_account(source: str) -> None:
    event = sample_event(source, None)
    assert event
    assert "123456789012" not in json.dumps(event)


def same(text: str) -> str:
    return text


def from_base64(text: str) -> str:
    return base64.b64decode(text).decode()


def from_logs(text: str) -> str:
    told = json.loads(gzip.decompress(base64.b64decode(text)))
    return str(told["logEvents"][0]["message"])


@pytest.mark.parametrize(
    ("source", "way", "read"),
    [
        ("alb", ["body"], same),
        ("cloudwatch-logs", ["awslogs", "data"], from_logs),
        ("firehose", ["records", 0, "data"], from_base64),
        ("kinesis", ["Records", 0, "kinesis", "data"], from_base64),
        ("msk", ["records", "greetings-0", 0, "value"], from_base64),
        ("sns", ["Records", 0, "Sns", "Message"], same),
        ("sqs", ["Records", 0, "body"], same),
        ("test-invoke", ["body"], same),
    ],
)
def test_data_is_where_its_producer_puts_it(
    source: str, way: list[str | int], read: Callable[[str], str]
) -> None:
    found: Any = sample_event(source, "hello")
    for step in way:
        found = found[step]
    assert read(found) == "hello"


@pytest.mark.parametrize(
    ("source", "data", "says"),
    [
        ("kineses", None, "did you mean kinesis"),
        ("s3", "x", "an event of s3 carries no data"),
        ("eventbridge", "x", "is JSON"),
    ],
)
def test_what_there_is_not_is_said(source: str, data: str | None, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        sample_event(source, data)
