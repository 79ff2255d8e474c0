"""Lambda, Step Functions, CloudWatch and its Logs, X-Ray (iam.md I34, I35)."""

from collections.abc import Iterable

from visitplannr.iam.actions.call import Call, Facts
from visitplannr.iam.actions.rows import Row, Rule, Table, anything, named, table


def _function(call: Call, facts: Facts) -> Iterable[str] | None:
    """Name a function by its name, partial or whole ARN, with version or alias if one is asked."""
    del facts
    name = call.text("FunctionName")
    if name is None:
        return None
    if not name.startswith("arn:"):
        name = call.arn("lambda", f"function:{name.rpartition('function:')[2]}")
    qualifier = call.text("Qualifier")
    qualified = name.count(":") > 6
    return (name if qualified or qualifier is None else f"{name}:{qualifier}",)


_FUNCTIONS = """Invoke=InvokeFunction InvokeWithResponseStream=InvokeFunction
    InvokeAsync=InvokeFunction GetFunction GetFunctionConfiguration UpdateFunctionCode
    UpdateFunctionConfiguration CreateFunction DeleteFunction PublishVersion ListVersionsByFunction
    GetFunctionConcurrency PutFunctionConcurrency DeleteFunctionConcurrency AddPermission
    RemovePermission GetPolicy CreateAlias GetAlias UpdateAlias DeleteAlias ListAliases
    CreateFunctionUrlConfig GetFunctionUrlConfig UpdateFunctionUrlConfig DeleteFunctionUrlConfig
    ListFunctionUrlConfigs GetFunctionEventInvokeConfig PutFunctionEventInvokeConfig
    UpdateFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig
    GetProvisionedConcurrencyConfig PutProvisionedConcurrencyConfig"""

LAMBDA: Table = table(
    "lambda",
    Row(_function, _FUNCTIONS),
    Row(
        named("lambda", "event-source-mapping:{}", "UUID"),
        "GetEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping",
    ),
    Row(named("lambda", "{}", "Resource"), "TagResource UntagResource ListTags"),
    Row(
        anything,
        """ListFunctions ListLayers GetAccountSettings CreateEventSourceMapping
        ListEventSourceMappings""",
    ),
)


def _arn(*parameters: str) -> Rule:
    return named("states", "{}", *parameters)


STEPFUNCTIONS: Table = table(
    "states",
    Row(
        _arn("stateMachineArn"),
        """StartExecution StartSyncExecution DescribeStateMachine UpdateStateMachine
        DeleteStateMachine ListExecutions ListStateMachineVersions ListStateMachineAliases""",
    ),
    Row(
        _arn("executionArn"),
        """DescribeExecution StopExecution GetExecutionHistory RedriveExecution
        DescribeStateMachineForExecution""",
    ),
    Row(named("states", "stateMachine:{}", "name"), "CreateStateMachine"),
    Row(_arn("activityArn"), "GetActivityTask DescribeActivity DeleteActivity"),
    Row(_arn("resourceArn"), "TagResource UntagResource ListTagsForResource"),
    Row(anything, "ListStateMachines ListActivities ValidateStateMachineDefinition"),
)


def _log_group(call: Call, facts: Facts) -> Iterable[str] | None:
    """Name a log group as actions on it do: with an empty log stream (iam.md I35)."""
    del facts
    name = call.text("logGroupIdentifier", "logGroupName")
    if name is None:
        return None
    arn = name if name.startswith("arn:") else call.arn("logs", f"log-group:{name}")
    return (f"{arn.removesuffix(':*')}:log-stream:",)


def _log_stream(call: Call, facts: Facts) -> Iterable[str] | None:
    group, stream = _log_group(call, facts), call.text("logStreamName")
    return None if group is None or stream is None else [f"{one}{stream}" for one in group]


def _log_groups(call: Call, facts: Facts) -> Iterable[str] | None:
    del facts
    listed = call.parameters.get("logGroupNames")
    names = listed if isinstance(listed, list) else [call.text("logGroupName")]
    if not all(isinstance(name, str) for name in names):
        return None
    return [call.arn("logs", f"log-group:{name}:log-stream:") for name in names]


LOGS: Table = table(
    "logs",
    Row(_log_stream, "PutLogEvents GetLogEvents DeleteLogStream"),
    Row(
        _log_group,
        """CreateLogGroup DeleteLogGroup CreateLogStream DescribeLogStreams FilterLogEvents
        PutRetentionPolicy DeleteRetentionPolicy PutMetricFilter DeleteMetricFilter
        DescribeMetricFilters PutSubscriptionFilter DeleteSubscriptionFilter
        DescribeSubscriptionFilters GetLogGroupFields""",
    ),
    Row(_log_groups, "StartQuery"),
    Row(anything, "DescribeLogGroups StopQuery DescribeQueries"),
)


def _alarms(call: Call, facts: Facts) -> Iterable[str] | None:
    del facts
    listed = call.parameters.get("AlarmNames") or [call.text("AlarmName")]
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        return None
    return [call.arn("cloudwatch", f"alarm:{name}") for name in listed]


def _dashboard(call: Call, facts: Facts) -> Iterable[str] | None:
    del facts
    name = call.text("DashboardName")
    if name is None:
        return None
    return (f"arn:{call.partition}:cloudwatch::{call.account}:dashboard/{name}",)


CLOUDWATCH: Table = table(
    "cloudwatch",
    Row(anything, "PutMetricData", {"cloudwatch:namespace": "Namespace"}),
    Row(
        _alarms,
        """PutMetricAlarm DeleteAlarms SetAlarmState EnableAlarmActions DisableAlarmActions
        DescribeAlarmHistory""",
    ),
    Row(_dashboard, "PutDashboard GetDashboard"),
    Row(
        anything,
        "GetMetricData GetMetricStatistics ListMetrics ListDashboards DescribeAlarmsForMetric",
    ),
)

XRAY: Table = table(
    "xray",
    Row(
        anything,
        """PutTraceSegments PutTelemetryRecords GetSamplingRules GetSamplingTargets
        GetSamplingStatisticSummaries GetTraceSummaries BatchGetTraces GetServiceGraph""",
    ),
)
