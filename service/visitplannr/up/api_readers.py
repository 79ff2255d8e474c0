"""How each kind of API is read from a stack's resolved template."""

from collections.abc import Sequence
from typing import Final

from visitplannr.gateway.http_api.reading import read as read_http_apis
from visitplannr.gateway.rest_api.reading import read as read_rest_apis
from visitplannr.model.stack import ApiReader

API_READERS: Final[Sequence[ApiReader]] = (read_rest_apis, read_http_apis)
