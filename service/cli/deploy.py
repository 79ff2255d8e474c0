"""`visitplannr deploy`: bring a stack to what the template says, wherever it is."""

import sys
from pathlib import Path

from service.cli.place import Place, PlaceError
from service.deployment.deploy import deploy
from service.deployment.execute import DeploymentError
from service.template.source import TemplateError


def run_deploy(place: Place, template: Path) -> int:
    """Deploy, and print the outputs.

    Raises:
        PlaceError: it failed; the message says which resource and why.
    """
    try:
        application = deploy(place.backend, template, place.stack_name, print)
    except (DeploymentError, TemplateError) as error:
        raise PlaceError(str(error)) from error
    for name, value in application.outputs.items():
        sys.stdout.write(f"{name}  {value}\n")
    sys.stdout.write(f"{place.stack_name} is deployed\n")
    return 0
