"""Joins the parts of what decides about calls."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from visitplannr.backend.server.access import Access, access_action
from visitplannr.backend.server.authorise import Decider, authorise, identify
from visitplannr.backend.server.calls import warm
from visitplannr.backend.server.control_api import Action
from visitplannr.backend.server.denials import Denials
from visitplannr.backend.server.ministack.identities import Identities
from visitplannr.backend.server.ministack.owned import logical_id, owned
from visitplannr.backend.server.permits import EVERYTHING, ByPolicies, Permits
from visitplannr.backend.server.steps import Step
from visitplannr.backend.server.tables import ACCOUNT, TablesOf
from visitplannr.iam.sam_policies import Place
from visitplannr.model.function_credentials import FunctionCredentials
from visitplannr.model.stack import partition_of
from visitplannr.model.strictness import Iam

_COMMON = ("dynamodb", "sqs", "sns", "s3", "lambda", "events", "states", "ssm", "secretsmanager")
_WARM_AFTER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Deciding:
    """The step for calls that come through the door, and what decides about all that does not.

    `actions` are what `up` asks of it over HTTP.
    """

    step: Step
    permits: Permits = EVERYTHING
    actions: Mapping[str, Action] = field(default_factory=dict)


def authorising(
    mode: Iam, secret: bytes, tables: TablesOf, region: str, say: Callable[[str], None]
) -> Deciding:
    """Make what decides; if nobody is to be asked for permissions, STS still knows who is who.

    `secret` is that with which functions' credentials are sealed, `say` takes lines for the
    terminal. The models of the common services are read meanwhile, in a thread of their own.
    """
    identities = Identities(FunctionCredentials(secret), ACCOUNT, region)
    if mode is Iam.OFF:
        return Deciding(partial(identify, identities))
    denials = Denials(say, owned, logical_id, Place(ACCOUNT, region, partition_of(region)))
    warming = threading.Timer(_WARM_AFTER_SECONDS, warm, [_COMMON])
    warming.daemon = True
    warming.start()
    step = partial(authorise, Decider(identities, tables), denials, mode)
    permits = ByPolicies(identities, tables, denials, mode, region)
    return Deciding(step, permits, {"access": access_action(Access(permits))})
