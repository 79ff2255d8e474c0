"""The header X-Amzn-Trace-Id of an event and of an answer (api-gateway.md E46, E47).

It has fields such as `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`;
others, whoever made them, go along.
"""

import re
import secrets

_ROOT = re.compile(r"1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}")
_PARENT = re.compile(r"[0-9a-fA-F]{16}")
_FIELD = re.compile(r"(?P<name>[A-Za-z][\w-]*)=(?P<value>[!-:<-~]+)", re.ASCII)
_KNOWN = {name.lower(): name for name in ("Root", "Parent", "Sampled", "Lineage", "Self")}


def event_trace(sent: str | None, epoch: float) -> str:
    """Give the header of an event: the client's with its root, or with a new one in front.

    What is no field is left out, and so is a root that is none.
    """
    fields = _fields(sent)
    if not _ROOT.fullmatch(fields.get("Root", "")):
        new = f"1-{int(epoch):08x}-{secrets.token_hex(12)}"
        fields = {"Root": new} | {name: value for name, value in fields.items() if name != "Root"}
    return ";".join([f"{name}={value}" for name, value in fields.items()])


def answer_trace(trace: str) -> str:
    """Give the header of the answer to a request whose event has a trace.

    Parent and Sampled are made up where there are none; fields of others do not come back.
    """
    fields = _fields(trace)
    parent, lineage = fields.get("Parent", ""), fields.get("Lineage")
    made = {
        "Root": fields["Root"],
        "Parent": parent if _PARENT.fullmatch(parent) else secrets.token_hex(8),
        "Sampled": fields.get("Sampled", "0"),
    }
    listed = [*made.items(), *([("Lineage", lineage)] if lineage else [])]
    return ";".join([f"{name}={value}" for name, value in listed])


def _fields(header: str | None) -> dict[str, str]:
    """Read the fields; of one that is there twice, the first counts."""
    found: dict[str, str] = {}
    for part in (header or "").split(";"):
        if field := _FIELD.fullmatch(part.strip()):
            found.setdefault(_KNOWN.get(field["name"].lower(), field["name"]), field["value"])
    return found
