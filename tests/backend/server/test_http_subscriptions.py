"""SNS over HTTP: a subscriber confirms, is told, tried again, and what it never takes is kept."""

import json

from backend.server.conftest import Ran

SERVER = """
import http.server, re
received, statuses = [], []
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        received.append([self.path, dict(self.headers.items()), body])
        self.send_response(statuses.pop(0) if statuses else 204)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
here = f"http://127.0.0.1:{server.server_address[1]}"

topic = f"arn:aws:sns:{ACCOUNT}:t"
def sns(**given):
    from urllib.parse import urlencode
    headers = {"content-type": "application/x-www-form-urlencoded"}
    handler = service("sns").handle_request
    status, _, body = asyncio.run(handler("POST", "/", headers, urlencode(given).encode(), {}))
    assert status < 300, body
    return body.decode()
def attributes(**given):
    return {f"Attributes.entry.{n}.{part}": text for n, pair in enumerate(given.items(), 1)
            for part, text in zip(("key", "value"), pair)}
def until(condition):
    while not condition():
        time.sleep(0.01)
sns(Action="CreateTopic", Name="t")
"""
SUBSCRIBED = """
places["https://x.lambda-url.us-east-1.on.aws/hook"] = f"{here}/_urls/Fn/hook"
sns(Action="Subscribe", TopicArn=topic, Protocol="https",
    Endpoint="https://x.lambda-url.us-east-1.on.aws/hook",
    **attributes(RedrivePolicy=json.dumps({"deadLetterTargetArn": DEAD}),
                 DeliveryPolicy=json.dumps({"healthyRetryPolicy": {
                     "numRetries": 2, "minDelayTarget": 30, "maxDelayTarget": 30}})))
until(lambda: received)
asked = json.loads(received.pop()[2])
sns(Action="ConfirmSubscription", TopicArn=topic, Token=asked["Token"])
"""


def test_a_subscriber_is_asked_and_then_told(ran: Ran) -> None:
    said = ran(f"""{SERVER}
address = here.replace("http://", "http://user:pass@") + "/hook?a=1"
sns(Action="Subscribe", TopicArn=topic, Protocol="http", Endpoint=address)
until(lambda: received)
say(received[0])
asked = json.loads(received.pop()[2])
sns(Action="Publish", TopicArn=topic, Message="not yet")
sns(Action="ConfirmSubscription", TopicArn=topic, Token=asked["Token"])
sns(Action="Publish", TopicArn=topic, Message="hello")
until(lambda: received)
say(received[0])
""")
    (path, headers, body), (_, told, message) = said
    assert path == "/hook?a=1"
    assert headers["x-amz-sns-message-type"] == "SubscriptionConfirmation"
    assert headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert headers["Authorization"] == "Basic dXNlcjpwYXNz"
    assert f"Token={json.loads(body)['Token']}" in json.loads(body)["SubscribeURL"]
    assert told["x-amz-sns-message-type"] == "Notification"
    assert told["x-amz-sns-message-id"] == json.loads(message)["MessageId"]
    assert told["x-amz-sns-topic-arn"] in told["x-amz-sns-subscription-arn"]
    assert json.loads(message)["Message"] == "hello"


def test_it_is_tried_again_where_the_stack_is_and_ends_as_a_dead_letter(ran: Ran) -> None:
    said = ran(f"""{SERVER}{SUBSCRIBED}
statuses[:] = [500, 429, 503]
sns(Action="Publish", TopicArn=topic, Message="hello")
for times in (1, 2, 3):
    until(lambda: clock.advance(5) or len(received) == times)
say([path for path, _, _ in received])
say(clock.moved >= 60)
say(letters())
""")
    ((body, attributes),) = said[2]
    assert said[:2] == [["/_urls/Fn/hook"] * 3, True]
    assert (json.loads(body)["Message"], attributes["ErrorCode"]) == ("hello", "503")


def test_what_it_does_not_want_is_not_tried_again(ran: Ran) -> None:
    said = ran(f"""{SERVER}{SUBSCRIBED}
statuses[:] = [404]
sns(Action="Publish", TopicArn=topic, Message="hello")
found = []
until(lambda: found.extend(letters()) or found)
say([len(received), found[0][1]["ErrorCode"]])
""")
    assert said == [[1, "404"]]


def test_those_of_a_template_are_asked_too(ran: Ran) -> None:
    said = ran(f"""{SERVER}
from ministack.services.cloudformation import provisioners
make = provisioners._RESOURCE_HANDLERS["AWS::SNS::Subscription"]["create"]
given = {{"TopicArn": topic, "Protocol": "http", "Endpoint": f"{{here}}/hook"}}
make("Hook", given, "stack")
until(lambda: received)
sns(Action="ConfirmSubscription", TopicArn=topic, Token=json.loads(received[0][2])["Token"])
inline = [{{"Protocol": "http", "Endpoint": f"{{here}}/inline"}}]
provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]["create"](
    "Topic", {{"TopicName": "other", "Subscription": inline}}, "stack")
until(lambda: len(received) == 2)
say([path for path, _, _ in received])
""")
    assert said == [["/hook", "/inline"]]
