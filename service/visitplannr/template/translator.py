"""AWS's own SAM translator. It takes most of a second to import, and so does this module."""

import copy
import logging
from collections.abc import Mapping
from typing import Any

import boto3
from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from visitplannr.template.problems import TemplateError

logging.getLogger("samtranslator").addHandler(logging.NullHandler())


def translate(
    template: Mapping[str, Any], region: str, parameters: Mapping[str, str]
) -> dict[str, Any]:
    """Translate a packaged SAM template to CloudFormation.

    Raises:
        TemplateError: the template is not valid SAM; the message has every fault.
    """
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=region))
    try:
        translated: dict[str, Any] = translator.translate(
            copy.deepcopy(dict(template)),
            parameter_values=dict(parameters),
            get_managed_policy_map=lambda: get_bundled_managed_policy_map("aws") or {},
        )
    except InvalidDocumentException as error:
        faults = "; ".join(cause.message for cause in error.causes) or error.message
        raise TemplateError(f"the SAM transform refuses the template: {faults}") from error
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        why = f"{type(error).__name__}: {error}"
        raise TemplateError(f"the SAM transform cannot read the template: {why}") from error
    return translated
