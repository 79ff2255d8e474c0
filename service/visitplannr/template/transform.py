"""The SAM transform: from a SAM template to the CloudFormation template it stands for."""

from collections.abc import Mapping
from typing import Any

from visitplannr.template.parameters import declared
from visitplannr.template.translation import Translate, translated

_SAM = "AWS::Serverless-2016-10-31"


def transform(
    template: dict[str, Any],
    region: str,
    parameters: Mapping[str, str] | None = None,
    translate: Translate = translated,
) -> dict[str, Any]:
    """Transform a packaged SAM template with AWS's own translator; any other stays as it is.

    `parameters` are the values that are known.

    Raises:
        TemplateError: the template is not valid SAM; the message has every fault.
    """
    if not is_sam(template):
        return template
    known = declared(template)
    shown = {
        name: value
        for name, value in (parameters or {}).items()
        if name in known and not known[name].no_echo and not known[name].names_ssm
    }
    transformed = translate(template, region, shown)
    wanted = template["Transform"]
    others = [one for one in wanted if one != _SAM] if isinstance(wanted, list) else []
    return {**transformed, "Transform": others} if others else transformed


def is_sam(template: Mapping[str, Any]) -> bool:
    """Say whether a template wants the SAM transform."""
    wanted = template.get("Transform")
    return _SAM in (wanted if isinstance(wanted, list) else [wanted])
