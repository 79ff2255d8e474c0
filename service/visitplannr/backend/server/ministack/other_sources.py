"""What MiniStack leaves out of the sources that are its own: load balancers and rules of things."""

import logging
from collections.abc import Mapping
from typing import Any

from visitplannr.backend.server.ministack.corrections import complete_by
from visitplannr.backend.server.ministack.firing import Fire, function_at, in_background
from visitplannr.backend.server.ministack.seams import find_seam, service

_log = logging.getLogger(__name__)
_TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"


def correct_other_sources(fire: Fire) -> None:
    """Let a template's target groups have their targets, and IoT's rules say what they are."""
    complete_by(_TARGET_GROUP, _register)
    service("iot")._dispatch_rule_to_lambda = _of_things(fire)


def _register(target_group: str, properties: Mapping[str, Any]) -> None:
    """Register the targets that a template declares; MiniStack only knows the API call."""
    service("alb")._targets[target_group] = [
        {"Id": target["Id"], "Port": target.get("Port") or properties.get("Port")}
        for target in properties.get("Targets") or ()
    ]


def _of_things(fire: Fire) -> Any:
    """Give what invokes a function asynchronously, as rules of IoT do."""

    def dispatch(account_id: str, region: str, function_arn: str, event: Any) -> None:
        with find_seam("core.responses.request_scope")(account_id, region):
            function, name = function_at(function_arn)
            if function is None:
                _log.warning("a rule of IoT cannot be delivered: there is no function %s", name)
                return
            in_background(fire, function, event, "iot", named=function_arn, asynchronous=True)

    return dispatch
