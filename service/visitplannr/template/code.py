"""Where a template says that the code of its functions and layers is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from visitplannr.model.code import Build, Code
from visitplannr.template.source import function_setting

CODE_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Lambda::Function": "Code",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Lambda::LayerVersion": "Content",
}
_FUNCTIONS = frozenset(kind for kind in CODE_PROPERTIES if kind.endswith("::Function"))
_BUILT = (".aws-sam", "build")


def local_code(template: Mapping[str, Any], folder: Path) -> dict[str, Code]:
    """Map the logical id of each function and layer to its code; relative to the template's folder.

    What is not here (an S3 address, an image, a folder that does not exist) has a fault. The text
    of inline code is left empty: references in it are resolved later.
    """
    return {
        logical_id: _code(template, logical_id, folder)
        for logical_id, resource in template["Resources"].items()
        if isinstance(resource, Mapping) and resource.get("Type") in CODE_PROPERTIES
    }


def is_local(location: Any) -> bool:
    """Say whether a location names a folder or file, and no address."""
    return isinstance(location, str) and not location.startswith(("s3://", "https://", "http://"))


def location_of(template: Mapping[str, Any], logical_id: str) -> Any:
    """Give what a function or layer has as its code; SAM's default is the template's folder."""
    kind = template["Resources"][logical_id]["Type"]
    location = _setting(template, logical_id, CODE_PROPERTIES[kind])
    return "." if location is None and kind == "AWS::Serverless::Function" else location


def _setting(template: Mapping[str, Any], logical_id: str, name: str) -> Any:
    """Give a property of a function; Globals are SAM's."""
    resource = template["Resources"][logical_id]
    if resource["Type"] == "AWS::Serverless::Function":
        return function_setting(template, logical_id, name)
    return (resource.get("Properties") or {}).get(name)


def is_image(template: Mapping[str, Any], logical_id: str) -> bool:
    """Say whether a function is a container image."""
    if template["Resources"][logical_id]["Type"] not in _FUNCTIONS:
        return False
    named = [_setting(template, logical_id, name) for name in ("PackageType", "ImageUri")]
    location = location_of(template, logical_id)
    return (
        named[0] == "Image"
        or named[1] is not None
        or (isinstance(location, Mapping) and "ImageUri" in location)
    )


def _code(template: Mapping[str, Any], logical_id: str, folder: Path) -> Code:
    build = _build(template, logical_id, folder)
    if is_image(template, logical_id):
        uri = _image(template, logical_id)
        why = f"its code is a container image{uri}; images are not run locally"
        return Code(folder, build, fault=why, addressed=True)
    location = location_of(template, logical_id)
    if _has_inline(template, logical_id, location):
        return Code(folder, build, inline="")
    if location is None:
        name = CODE_PROPERTIES[template["Resources"][logical_id]["Type"]]
        return Code(folder, build, fault=f"it has no {name}: name the folder of its code")
    if not is_local(location):
        why = f"its code is at {_address(location)}, which is not on this machine"
        return Code(folder, build, fault=why, addressed=True)
    path = (folder / location).resolve()
    if not path.exists():
        return Code(folder, build, fault=f"its code {path} does not exist")
    return Code(path, build)


def _has_inline(template: Mapping[str, Any], logical_id: str, location: Any) -> bool:
    if isinstance(location, Mapping) and "ZipFile" in location:
        return True
    return _setting(template, logical_id, "InlineCode") is not None


def _image(template: Mapping[str, Any], logical_id: str) -> str:
    """Name the image, if the template does."""
    uri = _setting(template, logical_id, "ImageUri")
    location = location_of(template, logical_id)
    if uri is None and isinstance(location, Mapping):
        uri = location.get("ImageUri")
    return f" ({uri})" if isinstance(uri, str) else ""


def _address(location: Any) -> str:
    """Write an address as s3://, with references as they are in the template."""
    if not isinstance(location, Mapping):
        return str(location)
    names = [location.get(f"{prefix}{part}") for part in ("Bucket", "Key") for prefix in ("", "S3")]
    written = [part for part in names if part is not None]
    return f"s3://{'/'.join(map(_reference, written))}" if written else _reference(location)


def _reference(value: Any) -> str:
    match value:
        case {"Ref": name} if len(value) == 1:
            return f"${{{name}}}"
        case {"Fn::Sub": str(text)}:
            return text
    return str(value)


def _build(template: Mapping[str, Any], logical_id: str, folder: Path) -> Build:
    metadata = template["Resources"][logical_id].get("Metadata")
    found: Mapping[str, Any] = metadata if isinstance(metadata, Mapping) else {}
    properties = found.get("BuildProperties")
    return Build(
        logical_id,
        method=str(found.get("BuildMethod") or ""),
        properties=properties if isinstance(properties, Mapping) else {},
        base=folder,
        done=folder.resolve().parts[-2:] == _BUILT or found.get("SkipBuild") is True,
    )
