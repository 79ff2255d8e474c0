"""Put what a stack expects to find where it will look for it."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from visitplannr.backend.endpoint import Backend
from visitplannr.deployment.bucket import Bucket
from visitplannr.deployment.errors import DeploymentError, explained
from visitplannr.deployment.execute import polls
from visitplannr.deployment.stack_state import find_stack
from visitplannr.template.seed import Seed

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


def put_seed(backend: Backend, seed: Seed, stack_name: str) -> None:
    """Put a seed there; what is there already gets the seed's values. Exports get their own stack.

    Raises:
        DeploymentError: the backend refuses it; the message says why.
    """
    with explained(backend, str(seed.source)):
        for name, parameter in seed.parameters.items():
            backend.client("ssm").put_parameter(
                Name=name, Value=parameter.value, Type=parameter.type, Overwrite=True
            )
        for name, secret in seed.secrets.items():
            _put_secret(backend, name, secret)
        for bucket in seed.buckets:
            Bucket(backend, bucket).ensure()
        if seed.exports:
            _put_exports(backend.client("cloudformation"), seed, f"{stack_name}-seed")


def _put_secret(backend: Backend, name: str, secret: str) -> None:
    client = backend.client("secretsmanager")
    try:
        client.create_secret(Name=name, SecretString=secret)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=secret)


def _put_exports(cloudformation: "CloudFormationClient", seed: Seed, stack_name: str) -> None:
    """Bring a stack of nothing but outputs to what the seed exports."""
    outputs = {
        f"Export{index}": {"Value": value, "Export": {"Name": name}}
        for index, (name, value) in enumerate(seed.exports.items())
    }
    nothing = {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}
    body = json.dumps({"Resources": nothing, "Outputs": outputs})
    if find_stack(cloudformation, stack_name) is None:
        cloudformation.create_stack(StackName=stack_name, TemplateBody=body)
    else:
        try:
            cloudformation.update_stack(StackName=stack_name, TemplateBody=body)
        except ClientError as error:
            if "No updates" not in str(error):
                raise
            return
    for _ in polls():
        stack = find_stack(cloudformation, stack_name)
        status = stack["StackStatus"] if stack else "gone"
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return
        if not status.endswith("_IN_PROGRESS"):
            raise DeploymentError(f"{seed.source}: the exports cannot be made: {status}")
