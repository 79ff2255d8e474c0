"""Answers of AWS's Query APIs as JSON, as they are for who accepts that ("Accept")."""

import json
from typing import Any
from xml.etree import ElementTree as ET


def as_json(body: bytes) -> bytes | None:
    """Write XML as the JSON that it stands for; None if it is no XML.

    Elements are members, repeated ones and those called `member` lists.
    """
    try:
        root = ET.fromstring(body)  # noqa: S314 - the backend's own
    except ET.ParseError:
        return None
    name, content = _name(root), _content(root)
    found = content if name == "ErrorResponse" else {name: content}
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode()


def _content(element: ET.Element) -> Any:
    children = list(element)
    if not children:
        return element.text or None
    if all(_name(child) == "member" for child in children):
        return [_content(child) for child in children]
    found: dict[str, Any] = {}
    for child in children:
        name, content = _name(child), _content(child)
        if name not in found:
            found[name] = content
        elif isinstance(found[name], list):
            found[name].append(content)
        else:
            found[name] = [found[name], content]
    return found


def _name(element: ET.Element) -> str:
    """Give an element's name without its namespace."""
    return element.tag.rpartition("}")[2]
