"""How the promise of an answer by a date was kept, in numbers that anybody may see."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from questions.clock import working_days_between
from questions.models import Question

MOST_COUNTED = 1_000
FEWEST = 5  # of which a middle value says anything
State = Question.State


@dataclass
class Kept:
    """What became of the questions that opened in some time."""

    in_time: int = 0
    late: int = 0
    overdue: int = 0
    waiting: int = 0
    closed: int = 0

    @property
    def opened(self) -> int:
        return self.in_time + self.late + self.overdue + self.waiting + self.closed

    @property
    def not_in_time(self) -> int:
        return self.late + self.overdue

    @property
    def due(self) -> int:
        """How many were answered, or should have been by now."""
        return self.in_time + self.not_in_time


@dataclass
class Answering:
    """The questions that opened since a day: all of them, by month, and how long answers took."""

    total: Kept = field(default_factory=Kept)
    by_month: dict[date, Kept] = field(default_factory=dict)
    answers: int = 0
    median_days: float | None = None


def answering_since(start: date) -> Answering:
    """Measure how the questions fared that were opened on a day or later.

    Those that were joined with another count with that one. Asks for days, not for questions, so
    that it never fetches more rows than pairs of days.
    """
    found, taken = Answering(), Counter[int]()
    today = timezone.localdate()
    for row in _days_since(start):
        outcome = _outcome(row["state"], row["due_on"], row["answered_on"], today)
        month = found.by_month.setdefault(row["opened_on"].replace(day=1), Kept())
        for kept in (found.total, month):
            setattr(kept, outcome, getattr(kept, outcome) + row["count"])
        if row["answered_on"] is not None:
            days = working_days_between(row["opened_on"], row["answered_on"], row["body__nation"])
            taken[days] += row["count"]
    found.answers = taken.total()
    found.median_days = median(taken.elements()) if taken else None
    return found


@dataclass(frozen=True)
class Answered:
    """How many questions somebody answered, and the working days that a typical answer took."""

    answers: int = 0
    median_days: float | None = None


def answered_by(person: int, start: date) -> Answered:
    """Measure what a person answered of the questions that opened on a day or later.

    The days of so few that one would stand out are not told.
    """
    theirs = Question.objects.filter(answered_by__person=person, opened_on__gte=start)
    taken = Counter[int]()
    for row in _by_days(theirs):
        days = working_days_between(row["opened_on"], row["answered_on"], row["body__nation"])
        taken[days] += row["count"]
    known = taken.total() >= FEWEST
    return Answered(taken.total(), median(taken.elements()) if known else None)


def overdue_before(start: date) -> int:
    """Count the questions opened before a day whose answer is overdue, up to a limit."""
    late = Question.objects.unanswered().filter(due_on__lt=timezone.localdate())
    return late.filter(opened_on__lt=start).order_by().values("pk")[:MOST_COUNTED].count()


def _days_since(start: date) -> list[dict[str, Any]]:
    return _by_days(Question.objects.filter(opened_on__gte=start).exclude(state=State.MERGED))


def _by_days(questions: QuerySet[Question]) -> list[dict[str, Any]]:
    """Count questions that opened, were due and were answered on the same days."""
    days = questions.order_by().values(
        "body__nation", "opened_on", "due_on", "state", answered_on=TruncDate("answered_at")
    )
    counted: Any = days.annotate(count=Count("pk"))
    return list(counted)


def _outcome(state: str, due_on: date, answered_on: date | None, today: date) -> str:
    if answered_on is not None:
        return "in_time" if answered_on <= due_on else "late"
    if state in {State.OPEN, State.REFERRED}:
        return "overdue" if due_on < today else "waiting"
    return "closed"
