"""The contract of ProposeDestination: what is a proposal, and what each fault is called."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from command_channel.destinations import Proposal, parse_proposal, stream_name
from command_channel.geolocation import Coordinates
from hypothesis import given
from hypothesis import strategies as st
from random_json import CONSTANTS, documents

JSON = documents(CONSTANTS | st.floats() | st.text(max_size=12), names=st.text(max_size=8))
# What a proposal looks like, with anything at all in its places.
NEAR_PROPOSALS = st.fixed_dictionaries(
    {},
    optional={
        "name": JSON,
        "description": JSON,
        "geolocation": JSON | st.fixed_dictionaries({"latitude": JSON, "longitude": JSON}),
    },
)


def characters(minimum: int, maximum: int) -> st.SearchStrategy[str]:
    text = st.text(st.characters(exclude_categories=["Cs"]), min_size=minimum, max_size=maximum)
    return text.filter(lambda value: len(value.strip()) >= minimum)


def degrees(limit: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(-limit, limit, allow_nan=False, places=34)


PROPOSALS = st.builds(
    Proposal,
    name=characters(1, 200).map(str.strip),
    geolocation=st.none()
    | characters(1, 300).map(str.strip)
    | st.builds(Coordinates, degrees(90), degrees(180)),
    description=st.none() | characters(0, 300),
)


def to_json(value: Any) -> str:
    """Write JSON with numbers as their Decimal says, which `json` cannot."""
    if isinstance(value, dict):
        members = (f"{json.dumps(name)}: {to_json(member)}" for name, member in value.items())
        return f"{{{', '.join(members)}}}"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def proposal(**members: Any) -> str:
    return to_json({"name": "Zoo", **members})


def at(latitude: str, longitude: str = "0") -> str:
    return proposal(geolocation={"latitude": Decimal(latitude), "longitude": Decimal(longitude)})


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (proposal(), {"name": "Zoo"}),
        (proposal(name="  Zoo\n"), {"name": "Zoo"}),
        (proposal(name="é" * 200), {"name": "é" * 200}),
        (proposal(name="x" * 200 + " "), {"name": "x" * 200}),
        (proposal(name="\U0001f981" * 200), {"name": "\U0001f981" * 200}),
        ('{"name": "\\ud83e\\udd81"}', {"name": "\U0001f981"}),
        (proposal(geolocation=" Lyon "), {"name": "Zoo", "geolocation": "Lyon"}),
        (proposal(description=""), {"name": "Zoo", "description": ""}),
        (proposal(description=" x "), {"name": "Zoo", "description": " x "}),
        (proposal(description="x" * 2000), {"name": "Zoo", "description": "x" * 2000}),
    ],
)
def test_valid(text: str, data: dict[str, Any]) -> None:
    parsed = parse_proposal(text)
    assert isinstance(parsed, Proposal)
    assert parsed.data() == data


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("45.7640", "45.764"),
        ("90", "90"),
        ("-90", "-90"),
        ("9e1", "90"),
        ("-0.0", "0"),
        ("0e-500", "0"),
        ("1E-130", "1E-130"),
        ("0.1", "0.1"),
        ("1." + "1" * 37, "1." + "1" * 37),
        ("1.5" + "0" * 60, "1.5"),
    ],
)
def test_numbers_are_exact(written: str, stored: str) -> None:
    parsed = parse_proposal(f'{{"name": "Zoo", "geolocation": {_point(written)}}}')
    assert isinstance(parsed, Proposal)
    assert isinstance(parsed.geolocation, Coordinates)
    assert str(parsed.geolocation.latitude) == stored


def _point(latitude: str, longitude: str = "0") -> str:
    return f'{{"latitude": {latitude}, "longitude": {longitude}}}'


DIGITS = "must have at most 38 digits and be 0 or at least 1E-130 in size"
LATITUDE, LONGITUDE = "must be a number from -90 to 90", "must be a number from -180 to 180"
HALF = "has half of a surrogate pair, which is not a character"
PLACE = "must be a place in words or an object with latitude and longitude"
KNOWN = "the known ones are name, geolocation, description"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [("body", "is not JSON: Expecting value at line 1, column 1")]),
        ("{'name': 1}", [("body", None)]),
        ('{"name": "Zoo"} x', [("body", "is not JSON: Extra data at line 1, column 17")]),
        ("null", [("body", "must be a JSON object, not null")]),
        ("[]", [("body", "must be a JSON object, not an array")]),
        ('"Zoo"', [("body", "must be a JSON object, not a string")]),
        ("1e400", [("body", "must be a JSON object, not a number")]),
        ("false", [("body", "must be a JSON object, not a boolean")]),
        ("[" * 100_000, [("body", "is nested too deeply")]),
        ('{"name":' * 100_000, [("body", "is nested too deeply")]),
        ("{}", [("name", "is required")]),
        (proposal(name=None), [("name", "must be a string, not null")]),
        (proposal(name={}), [("name", "must be a string, not an object")]),
        (proposal(name=" \t\n"), [("name", "must have 1 to 200 characters, not 0")]),
        (proposal(name="x" * 201), [("name", "must have 1 to 200 characters, not 201")]),
        ('{"name": "\\ud800"}', [("name", HALF)]),
        ('{"name": "\\udc00\\ud800"}', [("name", HALF)]),
        ('{"name": "a", "name": "b"}', [("name", "is given more than once")]),
        (proposal(description=1), [("description", "must be a string, not a number")]),
        (
            proposal(description="x" * 2001),
            [("description", "must have at most 2000 characters, not 2001")],
        ),
        (proposal(geolocation=None), [("geolocation", f"{PLACE}, not null")]),
        (proposal(geolocation=[1, 2]), [("geolocation", f"{PLACE}, not an array")]),
        (
            proposal(geolocation=" "),
            [("geolocation", "must have 1 to 2000 characters, not 0")],
        ),
        (
            proposal(geolocation={}),
            [("geolocation.latitude", "is required"), ("geolocation.longitude", "is required")],
        ),
        (
            proposal(geolocation={"latitude": True, "longitude": "5"}),
            [
                ("geolocation.latitude", f"{LATITUDE}, not a boolean"),
                ("geolocation.longitude", f"{LONGITUDE}, not a string"),
            ],
        ),
        (
            at("90.1", "-180.00001"),
            [("geolocation.latitude", LATITUDE), ("geolocation.longitude", LONGITUDE)],
        ),
        (
            at("NaN", "Infinity"),
            [("geolocation.latitude", LATITUDE), ("geolocation.longitude", LONGITUDE)],
        ),
        (at("1e400"), [("geolocation.latitude", LATITUDE)]),
        (at("9" * 10_000), [("geolocation.latitude", LATITUDE)]),
        (at("1E-500"), [("geolocation.latitude", DIGITS)]),
        (at("1E-131"), [("geolocation.latitude", DIGITS)]),
        (at("1." + "1" * 38), [("geolocation.latitude", DIGITS)]),
        (
            '{"name": "Zoo", "geolocation": {"latitude": 1e99999999999999999999, "longitude": 0}}',
            [("geolocation.latitude", LATITUDE)],
        ),
        (
            '{"name": "Zoo", "geolocation": {"latitude": 1, "latitude": 2, "longitude": 0}}',
            [("geolocation.latitude", "is given more than once")],
        ),
        (
            proposal(geolocation={"lat": 1, "longitude": Decimal(1)}),
            [
                ("geolocation.latitude", "is required"),
                ("geolocation.lat", "is an unknown member; the known ones are latitude, longitude"),
            ],
        ),
        (proposal(Name="Zoo"), [("Name", 'is an unknown member; did you mean "name"?')]),
        (proposal(x=1), [("x", f"is an unknown member; {KNOWN}")]),
        (
            '{"nmae": "Zoo", "description": 5, "geolocation": {"latitude": 91, "longtude": 4}}',
            [
                ("name", "is required"),
                ("nmae", 'is an unknown member; did you mean "name"?'),
                ("geolocation.longitude", "is required"),
                ("geolocation.longtude", 'is an unknown member; did you mean "longitude"?'),
                ("geolocation.latitude", LATITUDE),
                ("description", "must be a string, not a number"),
            ],
        ),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def test_every_fault_is_named(text: str, faults: list[tuple[str, str | None]]) -> None:
    parsed = parse_proposal(text)
    assert isinstance(parsed, list)
    assert [fault.field for fault in parsed] == [field for field, _ in faults]
    for fault, (_, message) in zip(parsed, faults, strict=True):
        assert message in {fault.message, None}


def test_many_unknown_members_give_a_short_answer() -> None:
    members = ", ".join(f'"{number}": 0' for number in range(100_000))
    faults = parse_proposal(f'{{"name": "Zoo", "{"x" * 100_000}": 1, {members}}}')
    assert isinstance(faults, list)
    assert len(faults) == 21
    assert faults[-1] == ("body", "has 99981 more unknown members")
    assert len(faults[0].field) < 100


@given(PROPOSALS)
def test_valid_proposals_round_trip_exactly(valid: Proposal) -> None:
    assert parse_proposal(to_json(valid.data())) == valid


@given(JSON.map(json.dumps) | NEAR_PROPOSALS.map(json.dumps) | st.text())
def test_any_text_is_a_proposal_or_has_faults(text: str) -> None:
    parsed = parse_proposal(text)
    assert parsed
    assert isinstance(parsed, Proposal | list)
    if isinstance(parsed, Proposal):
        assert parse_proposal(to_json(parsed.data())) == parsed


def test_streams_are_named_after_destinations() -> None:
    destination = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    assert stream_name(destination) == "destination-017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
