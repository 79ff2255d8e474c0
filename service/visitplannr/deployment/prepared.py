"""Make of a packaged template what a backend takes: transformed, with nested templates uploaded.

Resources of types that the backend does not know are left out of it, and that is said.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from visitplannr.template.document import Document
from visitplannr.template.left_out import of_types, without
from visitplannr.template.transform import transform
from visitplannr.template.translation import Translate, translated
from visitplannr.template.unresolved import check_references

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

_UNKNOWN = re.compile(r"Unrecognized resource types: \[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Packaged:
    """A template whose code is in a bucket; `parameters` has the values that are known.

    `nested` maps logical ids to the property that takes the template's URL, and the template.
    """

    template: dict[str, Any]
    parameters: Mapping[str, str] = field(default_factory=dict)
    nested: Mapping[str, tuple[str, "Packaged"]] = field(default_factory=dict)
    document: Document | None = None


class Store(Protocol):
    """Where templates are put: a bucket."""

    def ensure(self) -> None:
        """Make it if it is not there."""

    def put(self, key: str, content: bytes) -> None:
        """Put an object that is named after its content."""

    def url(self, key: str) -> str:
        """Give the address of an object, as CloudFormation wants it."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """Prepares templates for the backend of `cloudformation`; nested ones go below `prefix`."""

    cloudformation: "CloudFormationClient"
    region: str
    store: Store
    prefix: str
    say: Callable[[str], None]
    translate: Translate = translated

    def prepared(self, packaged: Packaged) -> dict[str, Any]:
        """Transform a template, after those that are nested in it.

        Raises:
            TemplateError: the SAM transform refuses it, or it refers to what is not there.
        """
        template = packaged.template
        for logical_id, (named, child) in packaged.nested.items():
            resource = template["Resources"][logical_id]
            properties = {**resource["Properties"], named: self._uploaded(logical_id, child)}
            changed = {**template["Resources"], logical_id: {**resource, "Properties": properties}}
            template = {**template, "Resources": changed}
        transformed = transform(dict(template), self.region, packaged.parameters, self.translate)
        if packaged.document:
            check_references(packaged.document, transformed)
        return transformed

    def without_unknown(
        self, template: dict[str, Any], error: ClientError, parent: str = ""
    ) -> dict[str, Any]:
        """Leave out what the backend says it does not know.

        Raises:
            ClientError: that is not what it says.
        """
        unknown = _UNKNOWN.search(str(error))
        gone = dict(of_types(template, unknown[1].split(", "))) if unknown else {}
        if not gone:
            raise error
        for logical_id, kind in gone.items():
            self.say(f"{parent}{logical_id} is left out: {kind} is not known to this backend.")
        return without(template, gone)

    def _uploaded(self, logical_id: str, child: Packaged) -> str:
        """Put a nested template into the bucket; give its URL."""
        template = self.prepared(child)
        url = self._put(template)
        try:
            self.cloudformation.validate_template(TemplateURL=url)
        except ClientError as error:
            return self._put(self.without_unknown(template, error, f"{logical_id}/"))
        return url

    def _put(self, template: Mapping[str, Any]) -> str:
        body = json.dumps(template).encode()
        key = f"{self.prefix}/{hashlib.sha256(body).hexdigest()[:32]}.template"
        self.store.ensure()
        self.store.put(key, body)
        return self.store.url(key)
