"""The SAM transform: from a SAM template to the CloudFormation template it stands for.

The translator takes most of a second to import: so does this module.
"""

import logging
from typing import Any

import boto3
from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from visitplannr.template.source import TemplateError

logging.getLogger("samtranslator").addHandler(logging.NullHandler())


def transform(template: dict[str, Any], region: str) -> dict[str, Any]:
    """Transform a packaged SAM template with AWS's own translator; any other stays as it is.

    Raises:
        TemplateError: the template is not valid SAM; the message has every fault.
    """
    if "Transform" not in template:
        return template
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=region))
    try:
        transformed: dict[str, Any] = translator.translate(
            template,
            parameter_values={},
            get_managed_policy_map=lambda: get_bundled_managed_policy_map("aws") or {},
        )
    except InvalidDocumentException as error:
        faults = "; ".join(cause.message for cause in error.causes) or error.message
        raise TemplateError(f"the SAM transform refuses the template: {faults}") from error
    return transformed
