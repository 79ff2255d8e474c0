"""The SAM transform: from a SAM template to the CloudFormation template it stands for."""

import logging
from typing import Any

import boto3

from service.template.source import TemplateError


def transform(template: dict[str, Any], region: str) -> dict[str, Any]:
    """Transform a packaged SAM template with AWS's own translator; any other stays as it is.

    The translator takes most of a second to import, so it is imported only when it is used.

    Raises:
        TemplateError: the template is not valid SAM; the message has every fault.
    """
    from samtranslator.internal.managed_policies import (  # noqa: PLC0415
        get_bundled_managed_policy_map,
    )
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415
    from samtranslator.parser.parser import Parser  # noqa: PLC0415
    from samtranslator.translator.translator import Translator  # noqa: PLC0415

    if "Transform" not in template:
        return template
    logging.getLogger("samtranslator").addHandler(logging.NullHandler())
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
