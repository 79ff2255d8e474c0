"""SQS, SNS, EventBridge and its scheduler and pipes, Kinesis, Firehose, SES (iam.md I32, I33)."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from visitplannr.iam.actions.call import Call, Check, Facts
from visitplannr.iam.actions.rows import (
    Row,
    Table,
    anything,
    arn_or_name,
    known,
    named,
    table,
)


def _queue(call: Call, facts: Facts) -> Iterable[str] | None:
    """Name the queue of a URL, whose path ends with the account and the name."""
    del facts
    url = call.text("QueueUrl")
    if url is None:
        return None
    *_, account, name = ["", *urlsplit(url).path.split("/")]
    owner = account if account.isdigit() else call.account
    return (f"arn:{call.partition}:sqs:{call.region}:{owner}:{name}",) if name else None


SQS: Table = table(
    "sqs",
    Row(
        _queue,
        """SendMessage ReceiveMessage DeleteMessage ChangeMessageVisibility
        SendMessageBatch=SendMessage DeleteMessageBatch=DeleteMessage
        ChangeMessageVisibilityBatch=ChangeMessageVisibility
        GetQueueAttributes SetQueueAttributes PurgeQueue DeleteQueue AddPermission RemovePermission
        ListDeadLetterSourceQueues ListQueueTags TagQueue UntagQueue""",
    ),
    Row(named("sqs", "{}", "QueueName"), "GetQueueUrl CreateQueue"),
    Row(named("sqs", "{}", "SourceArn"), "StartMessageMoveTask ListMessageMoveTasks"),
    Row(anything, "ListQueues"),
)


def _topic(call: Call, facts: Facts) -> Iterable[str] | None:
    """Name what is published to: a topic, an endpoint, or a phone, which has no ARN."""
    del facts
    if call.text("PhoneNumber"):
        return ("*",)
    found = call.text("TopicArn", "TargetArn")
    return None if found is None else (found,)


def _subscribed(call: Call, facts: Facts) -> Iterable[str] | None:
    """Name the topic whose ARN a subscription's begins with."""
    del facts
    arn, _, subscription = (call.text("SubscriptionArn") or "").rpartition(":")
    return (arn,) if arn.startswith("arn:") and subscription else None


SNS: Table = table(
    "sns",
    Row(_topic, "Publish PublishBatch=Publish"),
    Row(
        named("sns", "{}", "TopicArn", "ResourceArn"),
        """Subscribe ConfirmSubscription GetTopicAttributes SetTopicAttributes DeleteTopic
        AddPermission RemovePermission ListSubscriptionsByTopic TagResource UntagResource
        ListTagsForResource GetDataProtectionPolicy PutDataProtectionPolicy""",
        {"sns:Endpoint": "Endpoint", "sns:Protocol": "Protocol"},
    ),
    Row(named("sns", "{}", "Name"), "CreateTopic"),
    Row(_subscribed, "GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe"),
    Row(anything, "ListTopics ListSubscriptions GetSMSAttributes SetSMSAttributes"),
)


def _put_events(call: Call, facts: Facts) -> Sequence[Check] | None:
    """Make a check of each entry: another bus, another source."""
    del facts
    return [
        Check(
            "events:PutEvents",
            arn_or_name(
                call, "events", "event-bus/{}", str(entry.get("EventBusName") or "default")
            ),
            {
                "events:source": entry.get("Source"),
                "events:detail-type": entry.get("DetailType"),
            },
        )
        for entry in call.entries("Entries")
    ] or None


def _rule(call: Call, facts: Facts) -> Iterable[str] | None:
    """Name a rule; one on another bus than the default has its name in the ARN."""
    del facts
    name, bus = call.text("Name", "Rule"), call.text("EventBusName") or "default"
    if name is None:
        return None
    place = "" if bus == "default" else f"{bus.rpartition('/')[2]}/"
    return (call.arn("events", f"rule/{place}{name}"),)


EVENTS: Table = table(
    "events",
    Row(
        _rule,
        """PutRule DescribeRule DeleteRule EnableRule DisableRule PutTargets RemoveTargets
        ListTargetsByRule""",
    ),
    Row(
        named("events", "event-bus/{}", "Name"),
        "CreateEventBus DeleteEventBus DescribeEventBus",
    ),
    Row(named("events", "archive/{}", "ArchiveName"), "DescribeArchive DeleteArchive"),
    Row(anything, "ListRules ListEventBuses ListArchives ListRuleNamesByTarget"),
    others={"PutEvents": _put_events},
)


def _schedule(call: Call, facts: Facts) -> Iterable[str] | None:
    del facts
    name, group = call.text("Name"), call.text("GroupName") or "default"
    return None if name is None else (call.arn("scheduler", f"schedule/{group}/{name}"),)


SCHEDULER: Table = table(
    "scheduler",
    Row(_schedule, "CreateSchedule UpdateSchedule GetSchedule DeleteSchedule"),
    Row(
        named("scheduler", "schedule-group/{}", "Name"),
        "CreateScheduleGroup GetScheduleGroup DeleteScheduleGroup",
    ),
    Row(anything, "ListSchedules ListScheduleGroups"),
)

PIPES: Table = table(
    "pipes",
    Row(
        named("pipes", "pipe/{}", "Name"),
        "CreatePipe DescribePipe UpdatePipe DeletePipe StartPipe StopPipe",
    ),
    Row(anything, "ListPipes"),
)

_STREAM = named("kinesis", "stream/{}", "StreamARN", "StreamName")

KINESIS: Table = table(
    "kinesis",
    Row(
        _STREAM,
        """PutRecord PutRecords GetShardIterator GetRecords ListShards DescribeStream
        DescribeStreamSummary CreateStream DeleteStream MergeShards SplitShard
        AddTagsToStream RemoveTagsFromStream ListTagsForStream
        IncreaseStreamRetentionPeriod DecreaseStreamRetentionPeriod RegisterStreamConsumer
        ListStreamConsumers StartStreamEncryption StopStreamEncryption""",
    ),
    Row(named("kinesis", "{}", "ConsumerARN"), "SubscribeToShard"),
    Row(
        anything,
        """ListStreams DescribeLimits UpdateShardCount EnableEnhancedMonitoring
        DisableEnhancedMonitoring""",
    ),
)

FIREHOSE: Table = table(
    "firehose",
    Row(
        named("firehose", "deliverystream/{}", "DeliveryStreamName"),
        """PutRecord PutRecordBatch CreateDeliveryStream DeleteDeliveryStream
        DescribeDeliveryStream UpdateDestination TagDeliveryStream UntagDeliveryStream
        ListTagsForDeliveryStream""",
    ),
    Row(anything, "ListDeliveryStreams"),
)

_SENDERS = known("identity", "ses", "SourceArn", "FromArn", "Source", "FromEmailAddress")

SES: Table = table(
    "ses",
    Row(
        _SENDERS,
        "SendEmail SendRawEmail SendTemplatedEmail SendBulkTemplatedEmail",
    ),
    Row(
        anything,
        """VerifyEmailIdentity VerifyEmailAddress VerifyDomainIdentity ListIdentities
        GetIdentityVerificationAttributes GetSendQuota GetSendStatistics CreateTemplate GetTemplate
        ListTemplates UpdateTemplate DeleteTemplate TestRenderTemplate""",
    ),
)

SES_V2: Table = table("ses", Row(_SENDERS, "SendEmail SendBulkEmail"))
