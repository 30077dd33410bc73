"""Working days: by when a question is to be answered, and how that date comes about."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from questions.models import Question

WORKING_DAYS_TO_ANSWER = 10
# The names in the table, for `./dev messages` to find: it has no Welsh.
BANK_HOLIDAYS = [
    gettext_noop("New Year's Day"),
    gettext_noop("New Year Holiday"),
    gettext_noop("Saint Patrick's Day"),
    gettext_noop("Good Friday"),
    gettext_noop("Easter Monday"),
    gettext_noop("May Day"),
    gettext_noop("Spring Bank Holiday"),
    gettext_noop("Battle of the Boyne"),
    gettext_noop("Summer Bank Holiday"),
    gettext_noop("Late Summer Bank Holiday"),
    gettext_noop("Saint Andrew's Day"),
    gettext_noop("Christmas Day"),
    gettext_noop("Boxing Day"),
    gettext_noop("Wedding of William and Catherine"),
    gettext_noop("Diamond Jubilee of Elizabeth II"),
    gettext_noop("Platinum Jubilee of Elizabeth II"),
    gettext_noop("State Funeral of Queen Elizabeth II"),
    gettext_noop("Coronation of Charles III"),
    gettext_noop("Scotland's participation in the FIFA World Cup final"),
]
OBSERVED = " (observed)"
# Taken from the library, which would hold ten megabytes in each process; a test compares them.
BANK_HOLIDAYS_FILE = Path(__file__).parent / "bank_holidays.csv"


@dataclass(frozen=True)
class Deadline:
    """A date, and the days off that were left out on the way to it."""

    due_on: date
    working_days: int
    days_off: tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class Timing:
    """How a question stands against its date, in working days."""

    days_taken: int = 0
    days_overdue: int = 0


def deadline(opened_on: date, nation: str) -> Deadline:
    """Say by when a question that opens on a day is to be answered."""
    return working_days_after(opened_on, WORKING_DAYS_TO_ANSWER, nation)


def timing(question: Question) -> Timing:
    """Measure how long an answer took, or how long it is overdue; needs the question's body."""
    if question.opened_on is None or question.due_on is None:
        return Timing()
    nation, today = question.body.nation, timezone.localdate()
    if question.answered_at is not None:
        answered_on = timezone.localdate(question.answered_at)
        return Timing(days_taken=working_days_between(question.opened_on, answered_on, nation))
    if question.is_overdue:
        return Timing(days_overdue=working_days_between(question.due_on, today, nation))
    return Timing()


def bank_holidays(nation: str, year: int) -> Mapping[date, str]:
    """Name the bank holidays of one of the four nations in a year."""
    return _all_bank_holidays().get((nation, year), {})


@cache
def _all_bank_holidays() -> dict[tuple[str, int], dict[date, str]]:
    """Read the table, by nation and year."""
    found: dict[tuple[str, int], dict[date, str]] = defaultdict(dict)
    names: dict[str, str] = {}
    for line in BANK_HOLIDAYS_FILE.read_text(encoding="utf-8").splitlines():
        day_text, nations, name = line.split(",", 2)
        day = date.fromisoformat(day_text)
        for nation in nations.split():
            found[nation, day.year][day] = names.setdefault(name, name)
    return dict(found)


def local_name(name: str) -> str:
    """Name a bank holiday, or several on one day, in the language of the page."""
    return "; ".join(_local_name(part) for part in name.split("; "))


def _local_name(name: str) -> str:
    if name.endswith(OBSERVED):
        return gettext("%(holiday)s (observed)") % {"holiday": gettext(name[: -len(OBSERVED)])}
    return gettext(name)


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
            days_off.append((day, local_name(bank_holidays(nation, day.year)[day])))
    return Deadline(due_on=day, working_days=count, days_off=tuple(days_off))


def working_days_between(start: date, end: date, nation: str) -> int:
    """Count the working days after a date, up to and with another; none where it lies before."""
    days = max((end - start).days, 0)
    # Whole weeks have five weekdays each, so that years of delay cost no more than days of it.
    rest = (start + timedelta(days=n) for n in range(1, days % 7 + 1))
    weekdays = days // 7 * 5 + sum(day.weekday() < 5 for day in rest)
    return weekdays - sum(
        start < day <= end and day.weekday() < 5
        for year in range(start.year, end.year + 1)
        for day in bank_holidays(nation, year)
    )
