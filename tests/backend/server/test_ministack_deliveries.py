"""What MiniStack delivers, as we change it: when it is due, and what is given up."""

import json

from backend.server.conftest import Ran


def test_rules_are_due_by_our_clock(ran: Ran) -> None:
    said = ran("""
for name, text in (("rate", "rate(5 minutes)"), ("cron", "cron(30 9 ? * 4#1 *)")):
    ask("eventbridge", "PutRule", Name=name, ScheduleExpression=text)
    ask("eventbridge", "PutTargets", Rule=name,
        Targets=[{"Id": "1", "Arn": FUNCTION, "Input": json.dumps(name)}])
tick = service("eventbridge")._tick_scheduled_rules
for seconds in (0, 299, 1, 900, 9000):
    clock.advance(seconds)
    tick()
    settle()
    say(sorted(one[1] for one in done))
    say(sorted({one[2] for one in done}))
    done.clear()
now[0] += 7200
tick()
settle()
say([one[1] for one in done])
""")
    assert said[0::2][:5] == [
        [],
        [],
        ["rate"],
        ["rate", "rate", "rate"],
        ["cron", *["rate"] * 30],
    ]
    assert said[9] == ["schedule"]
    assert said[10] == ["rate"]


def test_a_schedule_is_due_in_its_own_zone_when_the_clock_is_moved_there(ran: Ran) -> None:
    said = ran("""
target = {"Arn": FUNCTION, "RoleArn": "r", "Input": json.dumps("due")}
create = service("scheduler")._create_schedule
once = {"ActionAfterCompletion": "DELETE"}
for name, text, more in (
    ("once", "at(2026-07-01T12:00:00)", once), ("daily", "cron(0 12 * * ? *)", {}),
):
    create(name, {"ScheduleExpression": text, "ScheduleExpressionTimezone": "Europe/Berlin",
                  "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target, **more})
tick = service("scheduler")._tick_schedules
for seconds in (3599, 1, 86400):
    clock.advance(seconds)
    tick()
    settle()
    say([len(done), sorted(key for _, _, key in service("scheduler")._schedules._data)])
    done.clear()
""")
    both = ["default/daily", "default/once"]
    assert said == [[0, both], [2, both[:1]], [1, both[:1]]]


def test_what_a_rule_cannot_deliver_is_a_dead_letter(ran: Ran) -> None:
    (letters,) = ran("""
TARGETS_OF = [NOWHERE, f"arn:aws:sqs:{ACCOUNT}:nowhere", f"arn:aws:sns:{ACCOUNT}:nowhere",
    f"arn:aws:states:{ACCOUNT}:stateMachine:nowhere", f"arn:aws:events:{ACCOUNT}:event-bus/nowhere"]
ask("eventbridge", "PutRule", Name="r", EventPattern=json.dumps({"source": ["shop"]}))
key = service("eventbridge")._rule_key("r", "default")
service("eventbridge")._targets[key] = [
    {"Id": arn, "Arn": arn, "DeadLetterConfig": {"Arn": DEAD}} for arn in TARGETS_OF]
ask("eventbridge", "PutEvents",
    Entries=[{"Source": "shop", "DetailType": "t", "Detail": '{"a": 1}'}])
say(letters())
""")
    targets = [attributes["TARGET_ARN"] for _, attributes in letters]
    assert sorted(arn.split(":")[2] for arn in targets) == [
        "events", "lambda", "sns", "sqs", "states",
    ]  # fmt: skip
    body, attributes = letters[0]
    assert json.loads(body)["detail"] == {"a": 1}
    assert attributes["RULE_ARN"].endswith(":rule/r")
    assert (attributes["ERROR_CODE"], attributes["RETRY_ATTEMPTS"]) == ("NO_RESOURCE", "0")


def test_what_up_does_not_take_is_tried_again_by_the_clock(ran: Ran) -> None:
    tries, letters = ran("""
busy = {"error": True, "body": {"__type": "ServiceException", "errorMessage": "not now"}}
answers[:] = [busy] * 9
ask("eventbridge", "PutRule", Name="r", EventPattern=json.dumps({"source": ["shop"]}))
ask("eventbridge", "PutTargets", Rule="r", Targets=[{"Id": "1", "Arn": FUNCTION,
    "RetryPolicy": {"MaximumRetryAttempts": 2}, "DeadLetterConfig": {"Arn": DEAD}}])
ask("eventbridge", "PutEvents", Entries=[{"Source": "shop", "DetailType": "t", "Detail": "{}"}])
while len(done) < 3:
    clock.advance(1)
    time.sleep(0.01)
say(len(done))
say(letters())
""")
    assert tries == 3
    ((_, attributes),) = letters
    assert attributes["ERROR_CODE"] == "ERROR_FROM_TARGET"
    assert attributes["ERROR_MESSAGE"] == "not now"
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert attributes["RETRY_ATTEMPTS"] == "2"


def test_what_a_schedule_cannot_deliver_is_a_dead_letter(ran: Ran) -> None:
    (((body, attributes),),) = ran("""
service("scheduler")._create_schedule("once", {
    "ScheduleExpression": "at(2026-07-01T10:00:00)", "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": NOWHERE, "RoleArn": "r", "Input": "the input",
               "DeadLetterConfig": {"Arn": DEAD}}})
clock.advance(3600)
service("scheduler")._tick_schedules()
say(letters())
""")
    assert body == "the input"
    assert attributes.pop("EXECUTION_ID")
    assert attributes.pop("ERROR_MESSAGE")
    place = "us-east-1:000000000000"
    assert attributes == {
        "SCHEDULE_ARN": f"arn:aws:scheduler:{place}:schedule/default/once",
        "TARGET_ARN": f"arn:aws:lambda:{place}:function:nowhere",
        "SCHEDULED_TIME": "2026-07-01T10:00:00Z",
        "IS_PAYLOAD_TRUNCATED": "false",
        "ERROR_CODE": "NO_RESOURCE",
        "RETRY_ATTEMPTS": "0",
    }


def test_what_a_topic_cannot_deliver_is_a_dead_letter(ran: Ran) -> None:
    said = ran("""
topic = f"arn:aws:sns:{ACCOUNT}:t"
redrive = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": DEAD})}
def subscription(number, protocol, endpoint, **attributes):
    return {"arn": f"{topic}:{number}", "protocol": protocol, "endpoint": endpoint,
            "confirmed": True, "attributes": {**redrive, **attributes}}
gone = f"arn:aws:sqs:{ACCOUNT}:nowhere"
service("sns")._topics[topic] = {"arn": topic, "attributes": {}, "subscriptions": [
    subscription(1, "lambda", FUNCTION), subscription(2, "lambda", NOWHERE),
    subscription(3, "sqs", gone, RawMessageDelivery="true")]}
service("sns")._fanout(topic, "1", "hello", "")
found = []
while len(found) < 2 or not done:
    found += [body if body == "hello" else json.loads(body)["Message"] for body, _ in letters()]
    time.sleep(0.01)
say(done[0][1]["Records"][0]["Sns"]["Message"])
say(found)
""")
    assert said == ["hello", ["hello", "hello"]]
