"""What narrows a search down besides its words, as marks that posts are indexed with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F, Value
from django.utils import timezone

from discussions.models import PostQuerySet, Thread

MONTHS = 12  # of a year
MOST_MONTHS = 13  # that marks are looked up for; of a longer time most posts will do
MOST_MONTHS_OF_IMPORTS = 40 * MONTHS  # before the first post that was written here


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
    only_imports: bool = False  # the time was over when the first post was written here

    @property
    def finds_nothing(self) -> bool:
        return self.people == ()

    def values(self) -> dict[str, Any]:
        """Return what `narrowed` takes, and the `marks`: only what is asked for."""
        asked = {
            "marks": self._marks(),
            "kind": self.kind if self.kind != Thread.Kind.QUESTION else "",
            "since": self.since,
            "before": self.before,
        }
        return {name: value for name, value in asked.items() if value}

    def _marks(self) -> str:
        """Write the marks as a query of full text: of each group, any will do."""
        groups = [
            [f"community {pk}" for pk in self.communities],
            [f"tag {pk}" for pk in self.tags],
            [f"author {pk}" for pk in self.people or ()],
            [f"question {state}" for state in self._states()],
            [f"month {month // MONTHS}-{month % MONTHS + 1:02}" for month in self._months()],
        ]
        written = (" | ".join(f"'{mark}'" for mark in marks) for marks in groups if marks)
        return " & ".join(f"({marks})" for marks in written)

    def _states(self) -> Iterable[str]:
        if self.answered is not None:
            return ["answered" if self.answered else "waiting"]
        return ["answered", "waiting"] if self.kind == Thread.Kind.QUESTION else []

    def _months(self) -> Iterable[int]:
        """Number the months (of UTC) that the days asked for lie in; none where they are many."""
        end = timezone.now()
        if self.before:
            end = min(end, self.before - timedelta(microseconds=1))
        last = _month_of(end)
        most = MOST_MONTHS_OF_IMPORTS if self.only_imports else MOST_MONTHS
        first = last + 1 - most if self.only_imports else 0
        if self.since is not None:
            first = max(first, _month_of(self.since))
        months = range(first, last + 1)
        return months if len(months) <= most else []


EVERYTHING = Narrowing()


def narrowed(
    posts: PostQuerySet,
    *,
    kind: str | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> PostQuerySet:
    """Leave out what no mark says, or not to the day."""
    # By an expression: words and marks find few posts, an index of moments half of them all.
    posts = posts.alias(moment=F("published_at") + Value(timedelta()))
    if kind is not None:
        posts = posts.filter(thread__kind=kind)
    if since is not None:
        posts = posts.filter(moment__gte=since)
    if before is not None:
        posts = posts.filter(moment__lt=before)
    return posts


def _month_of(moment: datetime) -> int:
    """Number the months since the year 0."""
    at = moment.astimezone(UTC)
    return at.year * MONTHS + at.month - 1
