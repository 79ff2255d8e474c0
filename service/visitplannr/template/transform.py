"""The SAM transform: from a SAM template to the CloudFormation template it stands for.

The translator takes most of a second to import: so does this module.
"""

import copy
import logging
from collections.abc import Mapping
from typing import Any

import boto3
from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from visitplannr.template.parameters import declared
from visitplannr.template.problems import TemplateError

_SAM = "AWS::Serverless-2016-10-31"

logging.getLogger("samtranslator").addHandler(logging.NullHandler())


def transform(
    template: dict[str, Any], region: str, parameters: Mapping[str, str] | None = None
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
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=region))
    try:
        transformed: dict[str, Any] = translator.translate(
            copy.deepcopy(template),
            parameter_values=shown,
            get_managed_policy_map=lambda: get_bundled_managed_policy_map("aws") or {},
        )
    except InvalidDocumentException as error:
        faults = "; ".join(cause.message for cause in error.causes) or error.message
        raise TemplateError(f"the SAM transform refuses the template: {faults}") from error
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        why = f"{type(error).__name__}: {error}"
        raise TemplateError(f"the SAM transform cannot read the template: {why}") from error
    wanted = template["Transform"]
    others = [one for one in wanted if one != _SAM] if isinstance(wanted, list) else []
    return {**transformed, "Transform": others} if others else transformed


def is_sam(template: Mapping[str, Any]) -> bool:
    """Say whether a template wants the SAM transform."""
    wanted = template.get("Transform")
    return _SAM in (wanted if isinstance(wanted, list) else [wanted])
