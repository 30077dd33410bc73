"""What narrows a search down besides its words, as marks that posts are indexed with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from discussions.models import PostQuerySet, Thread

FIRST_MOMENT = datetime(1990, 1, 1, tzinfo=UTC)  # nothing was published before
MONTHS = 12


@dataclass(frozen=True)
class Narrowing:
    """Which posts a search is about, besides the words; what is empty leaves nothing out."""

    communities: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    people: tuple[int, ...] | None = None  # none of them found is not the same as none asked for
    kind: str = ""
    since: datetime | None = None
    before: datetime | None = None
    answered: bool | None = None

    @property
    def finds_nothing(self) -> bool:
        return self.people == ()

    def values(self) -> dict[str, Any]:
        """Return what `narrowed` takes, and the `marks`: only what is asked for."""
        question = str(Thread.Kind.QUESTION)
        asked = {
            "marks": self._marks(),
            "kind": self.kind if self.kind != question else "",
            "since": self.since,
            "before": self.before,
            "answered": question if self.answered else "",
            "waiting": question if self.answered is False else "",
        }
        return {name: value for name, value in asked.items() if value}

    def _marks(self) -> str:
        """Write the marks as a query of full text: of each kind, any will do."""
        asks = self.kind == Thread.Kind.QUESTION or self.answered is not None
        groups = [
            [f"community {pk}" for pk in self.communities],
            [f"tag {pk}" for pk in self.tags],
            [f"author {pk}" for pk in self.people or ()],
            ["kind question"] if asks else [],
            list(self._periods()),
        ]
        written = (" | ".join(f"'{mark}'" for mark in marks) for marks in groups if marks)
        return " & ".join(f"({marks})" for marks in written)

    def _periods(self) -> Iterator[str]:
        """Name the years and months (of UTC) that the days asked for lie in, as few as will do."""
        if self.since is None and self.before is None:
            return
        end = timezone.now()
        if self.before:
            end = min(end, self.before - timedelta(microseconds=1))
        month, last = _month_of(max(self.since or FIRST_MOMENT, FIRST_MOMENT)), _month_of(end)
        while month <= last:
            year, of_year = divmod(month, MONTHS)
            if not of_year and month + MONTHS - 1 <= last:
                yield f"year {year}"
                month += MONTHS
            else:
                yield f"month {year}-{of_year + 1:02}"
                month += 1


EVERYTHING = Narrowing()


def narrowed(posts: PostQuerySet, **asked: Any) -> PostQuerySet:
    """Leave out what no mark says, or not to the day."""
    conditions = {
        "kind": lambda kind: Q(thread__kind=kind),
        "since": lambda moment: Q(published_at__gte=moment),
        "before": lambda moment: Q(published_at__lt=moment),
        "answered": lambda kind: Q(thread__kind=kind, thread__answer__isnull=False),
        "waiting": lambda kind: Q(thread__kind=kind, thread__answer=None),
    }
    return posts.filter(*(conditions[name](value) for name, value in asked.items()))


def _month_of(moment: datetime) -> int:
    """Number the months since the year 0."""
    at = moment.astimezone(UTC)
    return at.year * MONTHS + at.month - 1
