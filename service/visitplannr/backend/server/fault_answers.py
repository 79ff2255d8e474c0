"""What a call that a test lets fail is answered."""

from collections.abc import Mapping

from visitplannr.backend.server.calls import WireCall, service_model
from visitplannr.backend.server.error_answers import Answer, ServiceError, error_answer
from visitplannr.backend.server.wire import WireRequest

THROTTLING = "throttling"
_MESSAGE = "This call fails because a test has asked for it."
_THROTTLING: Mapping[str, str] = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "kinesis": "ProvisionedThroughputExceededException",
    "lambda": "TooManyRequestsException",
    "s3": "SlowDown",
}


def fault_answer(request: WireRequest, call: WireCall, error: str) -> Answer:
    """Say an error, AWS's code or "throttling", in the protocol of the request."""
    code = error
    if error == THROTTLING:
        code = _THROTTLING.get(call.service, "ThrottlingException")
    said = ServiceError(code, code, _status(call.service, code), _MESSAGE)
    return error_answer(request, call.service, said)


def _status(service: str, code: str) -> int:
    """Give the HTTP status of an error as the service's model has it, or by what it is called."""
    model = service_model(service)
    for shape in model.error_shapes if model else ():
        said = shape.metadata.get("error", {})
        if code in {shape.name, said.get("code")}:
            return int(said.get("httpStatusCode", 500 if shape.metadata.get("fault") else 400))
    if "TooManyRequests" in code:
        return 429
    if "Unavailable" in code or code == "SlowDown":
        return 503
    return 500 if "Internal" in code or "ServiceException" in code else 400
