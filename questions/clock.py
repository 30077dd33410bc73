"""Working days: by when a question is to be answered, and how that date comes about."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

WORKING_DAYS_TO_ANSWER = 10


@dataclass(frozen=True)
class Deadline:
    """A date, and the days off that were left out on the way to it."""

    due_on: date
    working_days: int
    days_off: tuple[tuple[date, str], ...]


@lru_cache(maxsize=64)
def bank_holidays(nation: str, year: int) -> dict[date, str]:
    """Name the bank holidays of one of the four nations in a year."""
    return dict(holidays.country_holidays("GB", subdiv=nation, years=year)) if nation else {}


def is_working_day(day: date, nation: str) -> bool:
    """Say whether a day is neither at a weekend nor a bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays(nation, day.year)


def working_days_after(start: date, count: int, nation: str) -> Deadline:
    """Count working days from the day after a date, as councils count their deadlines."""
    day, left, days_off = start, count, []
    while left:
        day += timedelta(days=1)
        if is_working_day(day, nation):
            left -= 1
        elif day.weekday() < 5:
            days_off.append((day, bank_holidays(nation, day.year)[day]))
    return Deadline(due_on=day, working_days=count, days_off=tuple(days_off))


def working_days_between(start: date, end: date, nation: str) -> int:
    """Count the working days after a date, up to and with another."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day, nation) for day in days)
