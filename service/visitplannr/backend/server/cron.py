"""Cron and rate expressions of EventBridge's rules and schedules.

EventBridge guide, "Creating an Amazon EventBridge rule that runs on a schedule": minutes, hours,
day of the month, month, day of the week (1 is Sunday), year. One of the two days is `?`.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

_RATE = re.compile(r"rate\((\d+) +(minute|hour|day)(s?)\)")
_SECONDS = {"minute": 60.0, "hour": 3_600.0, "day": 86_400.0}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_FRIDAY = 5
_YEARS_WITHOUT_A_LEAP_DAY = 8

DaysOf = Callable[[int, int], Iterable[int]]
"""Gives the days of a month by year and month."""


@dataclass(frozen=True, slots=True)
class _Field:
    """What numbers a field may have, and their names from the lowest on."""

    lowest: int
    highest: int
    names: tuple[str, ...] = ()

    def numbers(self, text: str) -> frozenset[int]:
        """Read numbers, names, ranges, steps and `*`, between commas."""
        return frozenset(number for part in text.split(",") for number in self._part(part))

    def number(self, text: str) -> int:
        """Read one of them."""
        named = {name: self.lowest + place for place, name in enumerate(self.names)}
        number = named[text] if text in named else int(text)
        if not self.lowest <= number <= self.highest:
            raise ValueError(f"{text} is not from {self.lowest} to {self.highest}")
        return number

    def _part(self, part: str) -> Iterator[int]:
        given, slash, step = part.partition("/")
        first, dash, last = given.partition("-")
        if given == "*":
            start, end = self.lowest, self.highest
        else:
            start = self.number(first)
            end = self.number(last) if dash else self.highest if slash else start
        if end < start:  # over the end: FRI-MON
            end += self.highest - self.lowest + 1
        every = int(step) if slash else 1
        size = self.highest - self.lowest + 1
        for number in range(start, end + 1, every):
            yield (number - self.lowest) % size + self.lowest


_MINUTE, _HOUR, _YEAR = _Field(0, 59), _Field(0, 23), _Field(1970, 2199)
_MONTH, _DAY = _Field(1, 12, tuple(_MONTHS)), _Field(1, 31)
_WEEKDAY = _Field(1, 7, tuple(_DAYS))


@dataclass(frozen=True, slots=True)
class Cron:
    """An expression that was read; without years it is due in any."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: tuple[int, ...]
    years: tuple[int, ...] | None
    days: DaysOf

    def after(self, moment: datetime) -> datetime | None:
        """Give the first time later than another on a clock without zone, if there is one."""
        first = moment.date()
        for day in self._days_from(first):
            for hour in self.hours:
                for minute in self.minutes:
                    found = datetime.combine(day, time(hour, minute))
                    if found > moment:
                        return found
        return None

    def _days_from(self, first: date) -> Iterator[date]:
        some = range(first.year, first.year + _YEARS_WITHOUT_A_LEAP_DAY + 1)
        for year in some if self.years is None else self.years:
            for month in self.months:
                if (year, month) >= (first.year, first.month):
                    days = (date(year, month, day) for day in sorted(set(self.days(year, month))))
                    yield from (day for day in days if day >= first)


@lru_cache(maxsize=1_000)
def read_cron(text: str) -> Cron:
    """Read `cron(…)`.

    Raises:
        ValueError: it is none; the message says what is wrong.
    """
    if not (text.startswith("cron(") and text.endswith(")")):
        raise ValueError(f"{text} is neither cron(…) nor rate(…)")
    fields = text[5:-1].upper().split()
    if len(fields) != 6:
        raise ValueError(f"{text} has {len(fields)} fields, not six")
    minute, hour, day, month, weekday, year = fields
    if (day == "?") == (weekday == "?"):
        raise ValueError(f"{text} has to have ? for one of day of month and day of week")
    days = _days_of_week(weekday) if day == "?" else _days_of_month(day)
    return Cron(
        tuple(sorted(_MINUTE.numbers(minute))),
        tuple(sorted(_HOUR.numbers(hour))),
        tuple(sorted(_MONTH.numbers(month))),
        None if year == "*" else tuple(sorted(_YEAR.numbers(year))),
        days,
    )


def rate_seconds(text: str) -> float | None:
    """Give the seconds of `rate(…)`; None for another expression."""
    found = _RATE.fullmatch(text)
    return int(found[1]) * _SECONDS[found[2]] if found and int(found[1]) else None


def is_for_a_rule(text: str) -> bool:
    """Say whether a rule may have an expression: its units are in the singular after 1 only."""
    if found := _RATE.fullmatch(text):
        return int(found[1]) > 0 and (int(found[1]) == 1) == (not found[3])
    try:
        read_cron(text)
    except ValueError:
        return False
    return True


def _days_of_month(text: str) -> DaysOf:
    named: list[DaysOf] = []
    for part in text.split(","):
        if part in _NAMED_DAYS:
            named.append(_NAMED_DAYS[part])
        elif part.endswith("W"):
            named.append(_nearest_weekday_to(_DAY.number(part[:-1])))
        else:
            named.append(_numbered(_DAY.numbers(part)))
    return _any_of(named)


def _days_of_week(text: str) -> DaysOf:
    named: list[DaysOf] = []
    for part in text.split(","):
        day, hash_sign, place = part.partition("#")
        if part == "L":
            named.append(_on({7}))
        elif hash_sign:
            named.append(_at_place(_WEEKDAY.number(day), _Field(1, 5).number(place)))
        elif part.endswith("L"):
            named.append(_at_place(_WEEKDAY.number(part[:-1]), 0))
        else:
            named.append(_on(_WEEKDAY.numbers(part)))
    return _any_of(named)


def _any_of(named: Iterable[DaysOf]) -> DaysOf:
    return lambda year, month: [day for days in named for day in days(year, month)]


def _numbered(numbers: Iterable[int]) -> DaysOf:
    return lambda year, month: [day for day in numbers if day <= monthrange(year, month)[1]]


def _on(weekdays: Iterable[int]) -> DaysOf:
    return lambda year, month: [
        day
        for day in range(1, monthrange(year, month)[1] + 1)
        if date(year, month, day).isoweekday() % 7 + 1 in weekdays
    ]


def _at_place(weekday: int, place: int) -> DaysOf:
    """Give the weekday's first to fifth in a month; the last at place 0."""
    all_of_them = _on({weekday})

    def days(year: int, month: int) -> Iterable[int]:
        found = list(all_of_them(year, month))
        return found[-1:] if place == 0 else found[place - 1 : place]

    return days


def _nearest_weekday_to(day: int) -> DaysOf:
    """Give a day, or the weekday next to it in the same month."""

    def days(year: int, month: int) -> Iterable[int]:
        last = monthrange(year, month)[1]
        if day > last:
            return
        near = (date(year, month, day) + timedelta(days=moved) for moved in (0, -1, 1, 2, -2))
        yield next(one.day for one in near if one.month == month and one.isoweekday() <= _FRIDAY)

    return days


def _last(year: int, month: int) -> Iterable[int]:
    return [monthrange(year, month)[1]]


def _last_weekday(year: int, month: int) -> Iterable[int]:
    return _nearest_weekday_to(monthrange(year, month)[1])(year, month)


_NAMED_DAYS: Mapping[str, DaysOf] = {"L": _last, "LW": _last_weekday}
