"""What of a client's trace goes into the event, and what comes back (E46, E47)."""

import re

import pytest
from visitplannr.gateway.trace_header import answer_trace, event_trace

ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793"
PARENT, SAMPLED = "Parent=53995c3f42cd8ad8", "Sampled=1"
NEW = r"Root=1-00000010-[0-9a-f]{24}"
MADE = r"Parent=[0-9a-f]{16}"

# What the client sent, the event's header, the answer's: each but the first a pattern.
HEADERS = [
    (None, NEW, f"{NEW};{MADE};Sampled=0"),
    ("", NEW, f"{NEW};{MADE};Sampled=0"),
    ("nonsense", NEW, f"{NEW};{MADE};Sampled=0"),
    (ROOT, ROOT, f"{ROOT};{MADE};Sampled=0"),
    (f"{ROOT};{PARENT};{SAMPLED}",) + 2 * (f"{ROOT};{PARENT};{SAMPLED}",),
    (f"{ROOT};{PARENT}", f"{ROOT};{PARENT}", f"{ROOT};{PARENT};Sampled=0"),
    (f"{ROOT};{SAMPLED}", f"{ROOT};{SAMPLED}", f"{ROOT};{MADE};{SAMPLED}"),
    (f"{ROOT};Sampled=?", rf"{ROOT};Sampled=\?", rf"{ROOT};{MADE};Sampled=\?"),
    (f"{PARENT};{ROOT};{SAMPLED}", f"{PARENT};{ROOT};{SAMPLED}", f"{ROOT};{PARENT};{SAMPLED}"),
    (f" {ROOT} ; {PARENT} ;", f"{ROOT};{PARENT}", f"{ROOT};{PARENT};Sampled=0"),
    (ROOT.upper(), ROOT.upper().replace("ROOT", "Root"), f"(?i:{ROOT});{MADE};Sampled=0"),
    (ROOT.lower(), ROOT, f"{ROOT};{MADE};Sampled=0"),
    (f"Self=1-a;{ROOT}", f"Self=1-a;{ROOT}", f"{ROOT};{MADE};Sampled=0"),
    (f"{ROOT};Lineage=1:a:0", f"{ROOT};Lineage=1:a:0", f"{ROOT};{MADE};Sampled=0;Lineage=1:a:0"),
    (f"{ROOT};CalledFrom=app", f"{ROOT};CalledFrom=app", f"{ROOT};{MADE};Sampled=0"),
    (f"{ROOT};Parent=short", f"{ROOT};Parent=short", f"{ROOT};{MADE};Sampled=0"),
    (f"{PARENT};{SAMPLED}", f"{NEW};{PARENT};{SAMPLED}", f"{NEW};{PARENT};{SAMPLED}"),
    ("Self=1-a", f"{NEW};Self=1-a", f"{NEW};{MADE};Sampled=0"),
    (f"Root=1-zz-aa;{SAMPLED}", f"{NEW};{SAMPLED}", f"{NEW};{MADE};{SAMPLED}"),
    ("Root=", NEW, f"{NEW};{MADE};Sampled=0"),
    ("Root=2-5759e988-bd862e3fe1be46a994272793", NEW, f"{NEW};{MADE};Sampled=0"),
    (f"{ROOT}0", NEW, f"{NEW};{MADE};Sampled=0"),
    (f"{ROOT};Root=1-00000000-000000000000000000000000", ROOT, f"{ROOT};{MADE};Sampled=0"),
    (f"{ROOT};x=é", ROOT, f"{ROOT};{MADE};Sampled=0"),
    (f"{ROOT};x=a b;=b;c", ROOT, f"{ROOT};{MADE};Sampled=0"),
]


@pytest.mark.parametrize(("sent", "event", "_answer"), HEADERS)
def test_e46_e47_the_trace_of_an_event(sent: str | None, event: str, _answer: str) -> None:
    assert re.fullmatch(event, event_trace(sent, 16.0))


@pytest.mark.parametrize(("sent", "_event", "answer"), HEADERS)
def test_e47_the_trace_of_an_answer(sent: str | None, _event: str, answer: str) -> None:
    trace = event_trace(sent, 16.0)
    answered = answer_trace(trace)
    assert re.fullmatch(answer, answered)
    assert set(re.findall(r"Root=[^;]+", trace)) == set(re.findall(r"Root=[^;]+", answered))
