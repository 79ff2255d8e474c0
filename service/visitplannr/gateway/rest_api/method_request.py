"""A request to a method that is no Lambda proxy, as its mappings and templates see it."""

from dataclasses import dataclass
from typing import Self

from visitplannr.gateway.request import Request
from visitplannr.gateway.rest_api.mapping import RequestSource
from visitplannr.gateway.rest_api.template_variables import TemplateVariables
from visitplannr.gateway.routing import Match
from visitplannr.gateway.stage import Event
from visitplannr.model.application import RestApi


@dataclass(frozen=True, slots=True)
class MethodRequest:
    """`source` gives values to parameter mappings, `variables` are those of the templates.

    One template may leave something in `variables` for the other.
    """

    api: RestApi
    request: Request
    source: RequestSource
    variables: TemplateVariables

    @classmethod
    def of(cls, match: Match, event: Event, api: RestApi) -> Self:
        """Make it of what was matched, and of the event that a proxy would be given."""
        request = match.request
        return cls(api, request, RequestSource(request, event), TemplateVariables(event))

    def header(self, name: str) -> str | None:
        """Give a header of the client's, its name in lower case."""
        return self.request.header(name)
