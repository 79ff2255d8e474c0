"""Keeps what SAM templates were translated to: the translator takes a second to import."""

import contextlib
import hashlib
import importlib.metadata
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visitplannr.template.translation import Translate, translated

_KEPT = 200


@dataclass(frozen=True, slots=True)
class KeptTranslations:
    """Translates with `translate` what is not in `folder`, and keeps it there.

    A file is named after all that a translation depends on: the template, the region, the values
    that the translator sees, its version. The folder is private; where there is none that can be
    written, nothing is kept. The last 200 stay.
    """

    folder: Path | None = None
    translate: Translate = translated

    def __call__(
        self, template: Mapping[str, Any], region: str, parameters: Mapping[str, str]
    ) -> dict[str, Any]:
        """Give the translation.

        Raises:
            TemplateError: the template is not valid SAM; that is not kept.
        """
        if self.folder is None:
            return self.translate(template, region, parameters)
        name = f"{_likeness(template)}-{_digest(template, region, parameters)}.json"
        file = self.folder / name
        kept = _read(file)
        if kept is None:
            kept = self.translate(template, region, parameters)
            with contextlib.suppress(OSError):
                _keep(file, kept)
        return kept

    def may_have(self, template: Mapping[str, Any]) -> bool:
        """Say whether one with such resources was translated, with whatever code."""
        name = f"{_likeness(template)}-*.json"
        return self.folder is not None and any(self.folder.glob(name))


def _keep(file: Path, translation: Mapping[str, Any]) -> None:
    """Write it, if JSON gives it back as it is."""
    text = json.dumps(translation, default=str)
    if json.loads(text) != translation:
        return
    folder = file.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as new:  # with mode 0600
        new.write(text)
    Path(new.name).replace(file)
    kept = sorted(folder.glob("*.json"), key=lambda one: one.stat().st_mtime)
    for old in kept[:-_KEPT]:
        old.unlink(missing_ok=True)


def _read(file: Path) -> dict[str, Any] | None:
    """Read what is kept; None if nothing is, or nothing that can be read."""
    try:
        found: dict[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return found


def _likeness(template: Mapping[str, Any]) -> str:
    """Digest what packaging leaves as it is."""
    resources = template.get("Resources") or {}
    types = [(name, dict(one or {}).get("Type")) for name, one in resources.items()]
    return hashlib.sha256(repr(types).encode()).hexdigest()[:16]


def _digest(template: Mapping[str, Any], region: str, parameters: Mapping[str, str]) -> str:
    translator = importlib.metadata.version("aws-sam-translator")
    text = repr((translator, region, sorted(parameters.items()), template))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
