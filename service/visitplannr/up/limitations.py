"""What of a stack will not be as on AWS, said before the first request finds out."""

from collections.abc import Callable, Iterator

from visitplannr.gateway.notices import notices
from visitplannr.model.application import Application, Function, HttpApi, RestApi
from visitplannr.template.intrinsics import references

_NOT_SERVED = {
    "AWS::ApiGatewayV2::Api": "is not served: it is a WebSocket API, or has no stage or no Body",
    "AWS::ApiGateway::RestApi": "is not served: the stack makes no stage of it",
    "AWS::Lambda::Function": "is not run: its code is not in this folder",
}


def limitations(
    application: Application, notice: Callable[[Function], str | None]
) -> Iterator[str]:
    """Yield a line for each function, route or API that is missing or not as on AWS.

    `notice` says of a function how it is run differently, if it is.
    """
    for function in application.functions:
        if difference := notice(function):
            yield f"{function.logical_id} {difference}."
    apis = [api for api in application.apis if isinstance(api, RestApi | HttpApi)]
    for api in apis:
        yield from (f"{line}." for line in notices(api))
        for place in references(api.document):
            yield f"{api.logical_id}: what its document has at {place} cannot be resolved here."
    present = {function.logical_id for function in application.functions}
    present |= {api.logical_id for api in apis}
    for resource in application.resources:
        if resource.type in _NOT_SERVED and resource.logical_id not in present:
            yield f"{resource.logical_id} {_NOT_SERVED[resource.type]}."
