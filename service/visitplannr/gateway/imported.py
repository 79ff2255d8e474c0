"""A document as it is after its import: API Gateway puts the account, partition and region in.

The developer guide, "AWS variables for OpenAPI import".
"""

import re
from typing import Any

from visitplannr.model.stack import ResolvedStack, partition_of

_VARIABLE = re.compile(r"\$\{AWS::(AccountId|Partition|Region)\}")


def imported(body: Any, stack: ResolvedStack) -> Any:
    """Put values in the places of `${AWS::AccountId}` and the like, in all texts of a document."""
    values = {
        "AccountId": stack.account_id,
        "Partition": partition_of(stack.region),
        "Region": stack.region,
    }

    def filled(given: Any) -> Any:
        match given:
            case str():
                return _VARIABLE.sub(lambda found: values[found[1]], given)
            case dict():
                return {key: filled(value) for key, value in given.items()}
            case list():
                return [filled(one) for one in given]
        return given

    return filled(body)
