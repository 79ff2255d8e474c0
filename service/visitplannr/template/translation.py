"""What translates SAM templates: AWS's own translator, imported when it is first needed."""

from collections.abc import Callable, Mapping
from typing import Any

Translate = Callable[[Mapping[str, Any], str, Mapping[str, str]], dict[str, Any]]
"""Translates a SAM template for a region; gets the values of parameters that it may see."""


def translated(
    template: Mapping[str, Any], region: str, parameters: Mapping[str, str]
) -> dict[str, Any]:
    """Let AWS's translator do it.

    Raises:
        TemplateError: the template is not valid SAM; the message has every fault.
    """
    from visitplannr.template.translator import translate  # noqa: PLC0415 - most of a second

    return translate(template, region, parameters)
