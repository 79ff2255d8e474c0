"""Messages in queues outlive a backend that is killed; handled ones do not come back."""

from pathlib import Path

import pytest
from backend.server.conftest import Ran

PRELUDE = """
from visitplannr.backend.server.ministack.kept_messages import KeptMessages
sqs = service("sqs")
sqs.reset()
FILE = {file!r}
def bodies(name):
    return [message["body"] for message in sqs._queues[sqs._queue_url(name)]["messages"]]
def send(name, *texts, **given):
    for text in texts:
        ask("sqs", "SendMessage", QueueUrl=name, MessageBody=text, **given)
def handle(name):
    found = ask("sqs", "ReceiveMessage", QueueUrl=name)["Messages"]
    ask("sqs", "DeleteMessage", QueueUrl=name, ReceiptHandle=found[0]["ReceiptHandle"])
def kill():  # nothing of it is written by the backend itself
    sqs.reset()
    return KeptMessages(FILE, say)
"""


@pytest.fixture
def kept(ran: Ran, tmp_path: Path) -> Ran:
    prelude = PRELUDE.replace("{file!r}", f"__import__('pathlib').Path({str(tmp_path / 'm')!r})")
    return lambda script: ran(prelude + script)


def test_what_was_sent_is_there_when_its_queue_is_made_again(kept: Ran) -> None:
    said = kept("""
kept = KeptMessages(FILE, say)
ask("sqs", "CreateQueue", QueueName="q")
kept.begin()
send("q", "one", "two", "three")
kept.keep()
handle("q")
kept.keep()
again = kill()
again.begin()
ask("sqs", "CreateQueue", QueueName="q")
send("q", "four")
again.keep()
say(bodies("q"))
""")
    assert said == [["two", "three", "four"]]


def test_what_was_handled_since_the_state_was_written_does_not_come_back(kept: Ran) -> None:
    said = kept("""
kept = KeptMessages(FILE, say)
ask("sqs", "CreateQueue", QueueName="q")
send("q", "adopted", "handled")
kept.begin()
written = sqs.get_state()
ask("sqs", "PurgeQueue", QueueUrl="q")
send("q", "later")
kept.keep()
again = kill()
sqs.load_persisted_state(written)
say(bodies("q"))
again.begin()
say(bodies("q"))
""")
    assert said == [["adopted", "handled"], ["later"]]


def test_a_queue_that_is_deleted_holds_nothing_when_it_is_made_again(kept: Ran) -> None:
    said = kept("""
kept = KeptMessages(FILE, say)
kept.begin()
ask("sqs", "CreateQueue", QueueName="q")
send("q", "gone")
kept.keep()
ask("sqs", "DeleteQueue", QueueUrl="q")
kept.keep()
ask("sqs", "CreateQueue", QueueName="q")
kept.keep()
say(bodies("q"))
""")
    assert said == [[]]


def test_order_attributes_and_sequence_of_a_fifo_queue_stay(kept: Ran) -> None:
    said = kept("""
kept = KeptMessages(FILE, say)
fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
ask("sqs", "CreateQueue", QueueName="q.fifo", Attributes=fifo)
kept.begin()
raw = {"a": {"DataType": "Binary", "BinaryValue": "aGk="}}
send("q.fifo", "one", "two", MessageGroupId="g", MessageAttributes=raw)
kept.keep()
again = kill()
ask("sqs", "CreateQueue", QueueName="q.fifo", Attributes=fifo)
again.begin()
send("q.fifo", "three", MessageGroupId="g")
queue = sqs._queues[sqs._queue_url("q.fifo")]
say([[one["body"], int(one["seq"])] for one in queue["messages"]])
found = ask("sqs", "ReceiveMessage", QueueUrl="q.fifo", MessageAttributeNames=["All"])
say(found["Messages"][0]["MessageAttributes"]["a"]["BinaryValue"])
""")
    assert said == [[["one", 1], ["two", 2], ["three", 3]], "aGk="]
