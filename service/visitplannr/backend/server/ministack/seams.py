"""Whether the installed MiniStack is the one that this package was written for."""

import functools
import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

VERSION = "1.5.33"
DESCRIBED = frozenset(
    f"AWS::ApiGatewayV2::{kind}"
    for kind in ("Deployment", "IntegrationResponse", "Model", "RouteResponse")
)
"""Types that MiniStack does not know, and that are descriptions: `up` reads what it needs."""
SEAMS: Mapping[str, str | None] = {
    "app._get_module": "(name: str)",
    "app._load_persisted_state": "()",
    "app._s3_cors_target": (
        "(host: str, path: str, path_style: bool = True) -> tuple[str, str] | None"
    ),
    "app._state_map": None,
    "app.app": "(scope, receive, send)",
    "app.call_service_handler_sync": (
        "(handler, method, path, headers, body, query_params, timeout: float | None = None)"
    ),
    "core.concurrency.esm_wake": None,
    "core.concurrency.spawn_background": (
        "(fn, *args, thread_name: str = 'ministack-background', **kwargs)"
    ),
    "core.persistence._json_default": "(obj)",
    "core.persistence._json_object_hook": "(obj)",
    "core.persistence._state_format_version": "(service: str) -> int",
    "core.persistence.save_state": "(service: str, data: dict) -> None",
    "core.responses.request_scope": "(account_id: str, region: str)",
    "core.router.detect_service": (
        "(method: str, path: str, headers: dict, query_params: dict) -> str"
    ),
    "services.cloudwatch_logs._log_records": None,
    "services.cloudformation.custom_resource._pending": None,
    "services.cloudformation.custom_resource.deliver_response": (
        "(token: str, response: dict) -> bool"
    ),
    "services.cloudformation._stacks": None,
    "services.cloudformation.provisioners._RESOURCE_HANDLERS": None,
    "services.cloudformation.provisioners._update_resource": (
        "(resource_type: str, physical_id: str, old_props: dict, new_props: dict, "
        "stack_name: str, logical_id: str | None = None, old_attrs: dict | None = None) -> tuple"
    ),
    "services.cloudformation.provisioners._lambda_create": "(logical_id, props, stack_name)",
    "services.cloudformation.provisioners._lambda_esm_create": "(logical_id, props, stack_name)",
    "services.cloudformation.provisioners._lambda_esm_update": (
        "(physical_id, old_props, new_props, stack_name)"
    ),
    "services.cloudformation.provisioners._lambda_update": (
        "(physical_id, old_props, new_props, stack_name, logical_id=None)"
    ),
    "services.appsync._AppSyncResolverError": (
        "(message, error_type='UnknownError', data=None, error_info=None)"
    ),
    "services.appsync._ds_dynamodb_in_region": "(api_id, data_source, request_obj, ctx)",
    "services.appsync._resolve_dynamodb_in_region": "(data_source, resolver, args, sub_fields)",
    "services.cloudformation.provisioners._physical_name": (
        "(stack_name: str, logical_id: str, *, lowercase: bool = False, max_len: int = 128,"
        " seeded: bool = True) -> str"
    ),
    "core.responses.get_account_id": "() -> str",
    "core.responses.get_region": "() -> str",
    "services.cloudwatch_logs._append_log_events": "(stream, events)",
    "services.cloudwatch_logs._log_events_lock": None,
    "services.cloudwatch_logs._log_groups": None,
    "services.cloudwatch_logs.load_persisted_state": "(data)",
    "services.dynamodb._delete_item": "(data)",
    "services.dynamodb._get_item": "(data)",
    "services.dynamodb._put_item": "(data)",
    "services.dynamodb._tables": None,
    "services.dynamodb._tags": None,
    "services.dynamodb._update_item": "(data)",
    "services.dynamodb.get_state": "()",
    "services.dynamodb.handle_request": (
        "(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> tuple"
    ),
    "services.dynamodb.load_persisted_state": "(data)",
    "services.dynamodb_streams.handle_request": "(method, path, headers, body, query_params)",
    "services.eventbridge._SCHEDULER_TICK_INTERVAL": None,
    "services.eventbridge._compile_pattern": "(pattern)",
    "services.eventbridge._dispatch_to_event_bus": (
        "(spec, event, rule, event_path, target_input_payload=None)"
    ),
    "services.eventbridge._dispatch_to_lambda": "(arn, payload)",
    "services.eventbridge._dispatch_to_sns": "(arn, payload)",
    "services.eventbridge._dispatch_to_sqs": "(spec, payload, sqs_parameters=None)",
    "services.eventbridge._dispatch_to_stepfunctions": "(arn, payload)",
    "services.eventbridge._event_buses": None,
    "services.eventbridge._http_open": "(req: urllib.request.Request, timeout: int = 5)",
    "services.eventbridge._invoke_target": "(target, event, rule, view=None)",
    "services.eventbridge._matches_detail": "(detail, pattern)",
    "services.eventbridge._pattern_event_view": "(event)",
    "services.eventbridge._rule_key": "(rule_name: str, bus_name: str) -> str",
    "services.eventbridge._rules": None,
    "services.eventbridge._targets": None,
    "services.eventbridge._tick_scheduled_rules": "()",
    "services.eventbridge._validate_schedule_expression": "(expr: str) -> bool",
    "services.eventbridge.time": None,
    "services.alb._targets": None,
    "services.iot._dispatch_rule_to_lambda": (
        "(account_id: 'str', region: 'str', function_arn: 'str', event) -> 'None'"
    ),
    "services.iam._access_keys": None,
    "services.iam._group_inline_policies": None,
    "services.iam._groups": None,
    "services.iam._policies": None,
    "services.iam._roles": None,
    "services.iam._user_inline_policies": None,
    "services.iam._users": None,
    "services.kinesis._streams": None,
    "services.kms._resolve_key": "(key_id_or_arn)",
    "services.kms.key_policy_for_arn": "(resource_arn: str) -> tuple[str, str] | None",
    "services.lambda_svc.function_policy_for_arn": (
        "(resource_arn: str) -> tuple[dict, str] | None"
    ),
    "services.s3.bucket_policy_for_arn": "(resource_arn: str) -> tuple[str, str] | None",
    "services.secretsmanager._secrets": None,
    "services.secretsmanager.secret_policy_for_arn": (
        "(resource_arn: str) -> tuple[str, str] | None"
    ),
    "services.sns.topic_policy_for_arn": "(topic_arn: str) -> tuple[str, str] | None",
    "services.sqs.queue_policy_for_arn": "(queue_arn: str) -> tuple[str, str] | None",
    "services.sts._sessions": None,
    "services.kinesis.time": None,
    "services.lambda_svc._create_esm": "(data: dict)",
    "services.lambda_svc._esms": None,
    "services.lambda_svc._execute_function": "(func: dict, event: dict) -> dict",
    "services.lambda_svc._execute_function_dispatch": (
        "(func: dict, config: dict, event: dict, request_id: str, started: float) -> dict"
    ),
    "services.lambda_svc._execution_record_for_config": "(func: dict, config: dict) -> dict",
    "services.lambda_svc._functions": None,
    "services.lambda_svc._get_func_record_for_ref": (
        "(function_ref: str) -> tuple[dict | None, dict | None, str]"
    ),
    "services.lambda_svc._init_stream_position": "(esm_id, source_arn, starting)",
    "services.lambda_svc._kinesis_positions": None,
    "services.lambda_svc._poll_loop": "()",
    "services.lambda_svc._snapstart_provision_version_async": (
        "(name: str, ver_record: dict) -> None"
    ),
    "services.lambda_svc._update_esm": "(esm_id: str, data: dict)",
    "services.lambda_svc.invoke_async_with_retry": "(func: dict, event: dict) -> None",
    "services.pipes._create_pipe": "(name, body)",
    "services.pipes._describe_response": "(pipe)",
    "services.pipes._ensure_poller": "()",
    "services.pipes._find_pipe_by_arn": "(arn)",
    "services.pipes._pipes": None,
    "services.pipes._update_pipe": "(name, body)",
    "services.s3.DATA_DIR": None,
    "services.s3.S3_PERSIST": None,
    "services.s3._buckets": None,
    "services.s3._multipart_uploads": None,
    "services.s3._object_acl": None,
    "services.s3._object_annotations": None,
    "services.s3._object_legal_hold": None,
    "services.s3._object_retention": None,
    "services.s3._object_tags": None,
    "services.s3._object_versions": None,
    "services.s3.cors_preflight": "(bucket_name: str, key: str, headers: dict) -> tuple",
    "services.s3.cors_response_headers": "(bucket_name: str, method: str, headers: dict) -> dict",
    "services.scheduler._SCHEDULE_TICK_INTERVAL": None,
    "services.scheduler._schedules": None,
    "services.scheduler._tick_schedules": "()",
    "services.scheduler.time": None,
    "services.sns._HOST": None,
    "services.sns._PORT": None,
    "services.sns._deliver_to_http": "(endpoint: str, payload: str)",
    "services.sns._deliver_to_lambda": (
        "(endpoint: str, envelope: str, topic_arn: str, sub_arn: str, msg_id: str,"
        " raw_message: str, message_attributes: dict)"
    ),
    "services.sns._deliver_to_sqs": (
        "(endpoint: str, envelope: str, raw: bool, raw_message: str, message_group_id: str ="
        " '', message_dedup_id: str = '', message_attributes: dict | None = None, topic_arn:"
        " str = '')"
    ),
    "services.sns._fanout": (
        "(topic_arn: str, msg_id: str, message: str, subject: str, message_structure: str = '',"
        " message_attributes: dict | None = None, message_group_id: str = '', message_dedup_id:"
        " str = '')"
    ),
    "services.sns._find_subscription": "(topic_arn: str, sub_arn: str) -> dict | None",
    "services.sns._send_subscription_confirmation": "(topic_arn: str, sub: dict)",
    "services.sns._topics": None,
    "services.sns._topic_by_arn_any_scope": "(topic_arn: str) -> dict | None",
    "services.sns.time": None,
    "services.sqs._build_send_sys_attrs": "(now: float, sys_attrs_input: dict) -> dict",
    "services.sqs._delete_messages_for_esm": "(queue_url: str, receipt_handles: set[str]) -> None",
    "services.sqs._ensure_msg_fields": "(m: dict) -> None",
    "services.sqs._queue_by_arn": "(arn: str) -> dict | None",
    "services.sqs._queues": None,
    "services.sqs._receive_messages_for_esm": "(queue_url: str, max_number: int) -> list[dict]",
    "services.sqs.time": None,
    "services.stepfunctions._executions": None,
    "services.stepfunctions._find_matching_retrier": "(retriers, error, retry_counts)",
    "services.stepfunctions._resolve_state_machine_arn": "(arn)",
    "services.stepfunctions._run_execution": "(exec_arn)",
    "services.stepfunctions._scaled_sleep": "(seconds)",
    "services.stepfunctions.time": None,
}


class MovedError(Exception):
    """MiniStack is not the one that this was written for; the message says what is different."""


def moved(installed: str, find: Callable[[str], Any]) -> Iterator[str]:
    """Say what of MiniStack is not where or as it was; `find` gets a seam or raises."""
    if installed != VERSION:
        yield f"ministack is {installed}, not {VERSION}"
    for name, signature in SEAMS.items():
        try:
            found = find(name)
        except (ImportError, AttributeError):
            yield f"ministack.{name} is gone"
            continue
        if signature is not None and str(inspect.signature(found)) != signature:
            yield f"ministack.{name} is {inspect.signature(found)}, not {signature}"


def known_types() -> frozenset[str]:
    """Name the types of resources that our backend makes; it takes a second."""
    return DESCRIBED | set(find_seam("services.cloudformation.provisioners._RESOURCE_HANDLERS"))


def find_seam(name: str) -> Any:
    """Get a seam of the installed MiniStack.

    Raises:
        AttributeError, ImportError: it has none of that name.
    """
    place, _, attribute = name.rpartition(".")
    return getattr(module(place), attribute)


def module(name: str) -> Any:
    """Get one of MiniStack's modules."""
    return importlib.import_module(f"ministack.{name}")


@functools.cache
def service(name: str) -> Any:
    """Get one of MiniStack's service modules."""
    return module(f"services.{name}")
