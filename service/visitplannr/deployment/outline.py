"""The application as its template alone says: nothing is deployed, so ids are made up."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from visitplannr.deployment.plan import packaged_template, stack_name_of
from visitplannr.model.application import Application
from visitplannr.model.stack import ApiReader
from visitplannr.template.build import build
from visitplannr.template.made_up import made_up
from visitplannr.template.resolution import resolve_stack
from visitplannr.template.source import load, local_code
from visitplannr.template.transform import transform


def outline(
    path: Path,
    readers: Sequence[ApiReader],
    region: str = "us-east-1",
    parameters: Mapping[str, str] | None = None,
) -> Application:
    """Transform the template at `path`, and build the application of it.

    Raises:
        TemplateError: the template cannot be read or transformed, or code is missing.
    """
    template, folder = load(path), path.resolve().parent
    code = local_code(template, folder)
    packaged = packaged_template(template, "outline", dict.fromkeys(code, "outline.zip"))
    transformed = transform(packaged, region)
    known = made_up(
        transformed, stack_name=stack_name_of(folder), region=region, parameters=parameters
    )
    return build(resolve_stack(transformed, known), code, readers)
