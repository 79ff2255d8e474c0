"""Lets event source mappings read as the roles of their functions, and pipes as their own.

Pipes also deliver as their role (iam.md I48, I49).
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from visitplannr.backend.server.mapping_permissions import needed_to_read, refusal_of
from visitplannr.backend.server.mappings.mapping import is_true
from visitplannr.backend.server.ministack.seams import find_seam, service
from visitplannr.backend.server.permits import Permits
from visitplannr.backend.server.target_permissions import permission_of

_MAPPING = "AWS::Lambda::EventSourceMapping"
_REFUSED = "InvalidParameterValueException"


class MappingRoles:
    """Makes no mapping, and reads nothing for one, that its function's role may not read."""

    def __init__(self, permits: Permits) -> None:
        self._permits = permits

    def install(self) -> None:
        """Stand before MiniStack's own."""
        lambda_svc = service("lambda_svc")
        lambda_svc._create_esm = partial(self._create, lambda_svc._create_esm)
        handler = find_seam("services.cloudformation.provisioners._RESOURCE_HANDLERS")[_MAPPING]
        handler["create"] = partial(self._provision, handler["create"])

    def may_read(self, mapping: Mapping[str, Any]) -> bool:
        """Say whether records may be read for a mapping; of one that is disabled none are."""
        if not is_true(mapping.get("Enabled", True)):
            return True
        return self._may_flow(mapping) if "Reaches" in mapping else self._lacking(mapping) is None

    def _may_flow(self, pipe: Mapping[str, Any]) -> bool:
        """Say whether a pipe's role may read its source, and deliver."""
        if not (role := str(pipe.get("Role") or "")):
            return True
        delivering = (permission_of(arn, by_role=True) for arn in pipe["Reaches"])
        needed = [*needed_to_read(pipe["EventSourceArn"]), *filter(None, delivering)]
        return not needed or not self._permits.of_checks(role, pipe["FunctionName"], needed)

    def _create(self, create: Callable[..., Any], data: dict[str, Any]) -> Any:
        message = self._lacking(data)
        if message is None:
            return create(data)
        body = {"Type": "User", "Message": message, "message": message}
        headers = {"Content-Type": "application/json", "x-amzn-errortype": _REFUSED}
        return 400, headers, json.dumps(body).encode()

    def _provision(
        self, provision: Callable[..., Any], logical_id: str, properties: Any, stack: str
    ) -> Any:
        if message := self._lacking(properties):
            raise ValueError(f"{message} (Service: Lambda, Status Code: 400)")
        return provision(logical_id, properties, stack)

    def _lacking(self, mapping: Mapping[str, Any]) -> str | None:
        """Say what the role of a mapping's function lacks."""
        source = str(mapping.get("EventSourceArn") or "")
        found = service("lambda_svc")._get_func_record_for_ref(str(mapping.get("FunctionName")))
        config = found[1] or {}
        role, name = str(config.get("Role") or ""), str(config.get("FunctionName", ""))
        if not role.startswith("arn:"):
            return None
        for check in needed_to_read(source):
            if self._permits.of_checks(role, name, [check], function=name):
                return refusal_of(check, source)
        return None
