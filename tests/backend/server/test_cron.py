"""When cron expressions of rules and schedules are due.

EventBridge guide, "Creating an Amazon EventBridge rule that runs on a schedule".
"""

import re
from datetime import datetime

import pytest
from visitplannr.backend.server.cron import is_for_a_rule, rate_seconds, read_cron

WEDNESDAY = "2026-07-01T09:00"
DUE: list[tuple[str, str, str | None]] = [
    ("0 10 * * ? *", WEDNESDAY, "2026-07-01T10:00"),
    ("0 9 * * ? *", WEDNESDAY, "2026-07-02T09:00"),
    ("0/15 * * * ? *", "2026-07-01T09:14", "2026-07-01T09:15"),
    ("5-8/3 * * * ? *", "2026-07-01T09:05", "2026-07-01T09:08"),
    ("0 8,20 * * ? *", WEDNESDAY, "2026-07-01T20:00"),
    ("0 18 ? * MON-FRI *", "2026-07-03T18:00", "2026-07-06T18:00"),
    ("0 18 ? * 2-6 *", "2026-07-03T18:00", "2026-07-06T18:00"),
    ("0 18 ? * SUN,sat *", WEDNESDAY, "2026-07-04T18:00"),
    ("0 18 ? * 1 *", WEDNESDAY, "2026-07-05T18:00"),
    ("0 0 1 * ? *", WEDNESDAY, "2026-08-01T00:00"),
    ("0 0 31 * ? *", "2026-08-31T00:00", "2026-10-31T00:00"),
    ("0 0 1 JAN,Aug ? *", WEDNESDAY, "2026-08-01T00:00"),
    ("0 0 1 1-3/2 ? *", WEDNESDAY, "2027-01-01T00:00"),
    ("0 0 L * ? *", WEDNESDAY, "2026-07-31T00:00"),
    ("0 0 L 2 ? *", WEDNESDAY, "2027-02-28T00:00"),
    ("0 0 LW * ? *", "2026-10-01T00:00", "2026-10-30T00:00"),
    ("0 0 15W * ? *", "2026-08-01T00:00", "2026-08-14T00:00"),
    ("0 0 15W 11 ? *", WEDNESDAY, "2026-11-16T00:00"),
    ("0 0 1W 8 ? *", WEDNESDAY, "2026-08-03T00:00"),
    ("0 0 31W 5 ? *", WEDNESDAY, "2027-05-31T00:00"),
    ("0 0 ? * 6L *", WEDNESDAY, "2026-07-31T00:00"),
    ("0 0 ? * FRIL *", WEDNESDAY, "2026-07-31T00:00"),
    ("0 0 ? * L *", WEDNESDAY, "2026-07-04T00:00"),
    ("0 0 ? * FRI-MON *", WEDNESDAY, "2026-07-03T00:00"),
    ("0 0 31W 2,5 ? *", WEDNESDAY, "2027-05-31T00:00"),
    ("0 0 ? * 4#2 *", WEDNESDAY, "2026-07-08T00:00"),
    ("0 0 ? * MON#1 *", WEDNESDAY, "2026-07-06T00:00"),
    ("0 0 ? * 7#5 *", WEDNESDAY, "2026-08-29T00:00"),
    ("0 0 29 2 ? *", WEDNESDAY, "2028-02-29T00:00"),
    ("0 0 1 1 ? 2027", WEDNESDAY, "2027-01-01T00:00"),
    ("0 0 1 1 ? 2027-2029", "2027-01-01T00:00", "2028-01-01T00:00"),
    ("0 0 1 1 ? 2026,2028", WEDNESDAY, "2028-01-01T00:00"),
    ("0 0 1 1 ? 2025", WEDNESDAY, None),
]


@pytest.mark.parametrize(("text", "after", "due"), DUE)
def test_when_they_are_due(text: str, after: str, due: str | None) -> None:
    found = read_cron(f"cron({text})").after(datetime.fromisoformat(after))
    assert (found and found.isoformat(timespec="minutes")) == due
    assert is_for_a_rule(f"cron({text})")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("cron(0 9 * * * *)", "? for one of"),
        ("cron(0 9 ? * ? *)", "? for one of"),
        ("cron(0 9 1 * MON *)", "? for one of"),
        ("cron(0 9 * * ?)", "5 fields, not six"),
        ("cron(60 9 * * ? *)", "60 is not from 0 to 59"),
        ("cron(0 24 * * ? *)", "24 is not"),
        ("cron(0 9 32 * ? *)", "32 is not"),
        ("cron(0 9 0W * ? *)", "0 is not"),
        ("cron(0 9 ? 13 * *)", "13 is not"),
        ("cron(0 9 ? * 8 *)", "8 is not"),
        ("cron(0 9 ? * MON#6 *)", "6 is not"),
        ("cron(0 9 ? * MON *,2200)", "2200 is not"),
        ("cron(0/0 9 ? * MON *)", "zero"),
        ("cron(x 9 ? * MON *)", "X"),
        ("every day", "neither"),
    ],
)
def test_what_is_wrong_is_said(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=re.escape(wrong)):
        read_cron(text)
    assert not is_for_a_rule(text)


@pytest.mark.parametrize(
    ("text", "seconds", "of_a_rule"),
    [
        ("rate(1 minute)", 60, True),
        ("rate(5 minutes)", 300, True),
        ("rate(12 hours)", 43_200, True),
        ("rate(1 day)", 86_400, True),
        ("rate(1 minutes)", 60, False),
        ("rate(5 minute)", 300, False),
        ("rate(0 minutes)", None, False),
        ("rate(1.5 hours)", None, False),
    ],
)
def test_rates(text: str, seconds: float | None, of_a_rule: bool) -> None:
    assert rate_seconds(text) == seconds
    assert is_for_a_rule(text) == of_a_rule
