"""The live figures of several rooms, counted once in a few minutes."""

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.cache import caches
from django.utils import timezone
from redis.exceptions import RedisError

from moderation import figures as moderation
from questions import figures as questions
from townhall.versions import FIGURES_STAND, moment_of_figures, release

logger = logging.getLogger(__name__)

MONTHS = 12
DAYS = 90
FEWEST = questions.FEWEST
FEWEST_IN_HUNDREDTHS = 20


@dataclass(frozen=True)
class Figures:
    """How the promises were kept, in the last twelve months and the last ninety days."""

    months: list[date]
    answering: questions.Answering
    overdue_before: int
    decided_by_month: dict[date, moderation.Decided]
    decided: moderation.Decided
    verbs: dict[str, int]
    appeals: moderation.Appealed
    waiting: int
    waiting_too_long: int


def figures() -> Figures:
    """Return the figures of these few minutes; where Redis is away, they are counted anew.

    They stand as long as the tag of the pages that show them (see `versions.tag_of`), so that
    nobody who has a page is told that it is unchanged when its figures are not.
    """
    key = f"townhall.figures.{release()}.{moment_of_figures()}"
    try:
        cache = caches["redis"]
        known: Figures | None = cache.get(key)
        if known is None:
            known = _count()
            cache.set(key, known, timeout=FIGURES_STAND)
    except RedisError:
        logger.exception("Redis does not answer; the figures are counted for one page")
        return _count()
    return known


def last_months(today: date) -> list[date]:
    """List the first days of the last months, this one too, oldest first."""
    numbers = range(today.year * 12 + today.month - MONTHS, today.year * 12 + today.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def in_hundredths(part: int, whole: int) -> int | None:
    """Return a share in hundredths, or nothing where one more or less would change it a lot."""
    return round(100 * part / whole) if whole >= FEWEST_IN_HUNDREDTHS else None


def _count() -> Figures:
    now, today = timezone.now(), timezone.localdate()
    months = last_months(today)
    lately = _begin(today - timedelta(days=DAYS))
    return Figures(
        months=months,
        answering=questions.answering_since(months[0]),
        overdue_before=questions.overdue_before(months[0]),
        decided_by_month=moderation.reports_decided_by_month(_begin(months[0])),
        decided=moderation.reports_decided(lately),
        verbs=moderation.decisions_by_verb(lately),
        appeals=moderation.appeals_since(lately),
        waiting=moderation.reports_waiting(now),
        waiting_too_long=moderation.reports_waiting(now - moderation.OVERDUE),
    )


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
