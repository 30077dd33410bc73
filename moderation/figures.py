"""What waits for staff, for how long, what comes next; and what anybody may know of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Aggregate,
    Case,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import TruncMonth

from accounts.models import User
from communities.models import Viewer, moderates_everywhere
from discussions.models import Post
from moderation.models import Appeal, BarrierReport, Decision, Report, ReportQuerySet
from moderation.permissions import moderated_communities

NEARLY_DUE = timedelta(hours=24)
OVERDUE = timedelta(hours=48)
MOST_COUNTED = 1_000


class Capped(int):
    """A count that ends at a limit; one above it stands for any number beyond."""

    def __str__(self) -> str:
        return f"{MOST_COUNTED:,}+" if self > MOST_COUNTED else int.__repr__(self)


@dataclass(frozen=True)
class Ages:
    """How many things wait, by how long they have waited."""

    fresh: Capped
    nearly_due: Capped
    overdue: Capped

    @property
    def is_empty(self) -> bool:
        return not (self.fresh or self.nearly_due or self.overdue)


def count_by_age(
    viewer: User, kinds: Sequence[tuple[QuerySet[Any], str]], now: datetime
) -> list[Ages]:
    """Count kinds of rows by the age of a moment of theirs, in one statement.

    Each count ends at a limit, so a long queue costs no more than a short one.
    """
    nearly_due, overdue = now - NEARLY_DUE, now - OVERDUE
    counts = [
        _capped(rows.filter(condition))
        for rows, moment in kinds
        for condition in (
            Q(**{f"{moment}__gt": nearly_due}),
            Q(**{f"{moment}__lte": nearly_due, f"{moment}__gt": overdue}),
            Q(**{f"{moment}__lte": overdue}),
        )
    ]
    # Counted beside the viewer's own row, as a statement needs one.
    row = User.objects.filter(pk=viewer.pk).values_list(*counts).get() if counts else ()
    each = [Capped(count) for count in row]
    return [Ages(*each[first : first + 3]) for first in range(0, len(each), 3)]


def _capped(rows: QuerySet[Any]) -> Func:
    found = ArraySubquery(rows.order_by().values("pk")[: MOST_COUNTED + 1])
    return Func(found, function="cardinality", output_field=IntegerField())


def reports_for(viewer: Viewer) -> ReportQuerySet:
    """Pick the reports in the communities that a person moderates, but those about themselves."""
    reports = Report.objects.filter(_is_moderated(viewer, "post__thread__community"))
    return reports.exclude(post__author=viewer.pk)


def _is_moderated(viewer: Viewer, path: str) -> Q:
    """Say which rows lie in the communities that a person moderates; no condition where in all."""
    if moderates_everywhere(viewer):
        return Q()
    return Q(**{f"{path}__in": moderated_communities(viewer)})


def gravest_of_each_post(reports: QuerySet[Report], among: QuerySet[Report]) -> QuerySet[Report]:
    """Keep one report of each post, the gravest and then the oldest; annotates `same_post`.

    Each is compared with those `among` which it stands: others that wait, say. One by one, so that
    the first page of a long queue looks at no more than it shows.
    """
    same = among.filter(post=OuterRef("post"))
    before = Q(gravity__lt=OuterRef("gravity")) | Q(gravity=OuterRef("gravity")) & _older()
    count = same.order_by().values("post").annotate(count=Count("pk")).values("count")
    return reports.filter(_none_of(same.filter(before))).annotate(same_post=Subquery(count))


def first_reports(viewer: Viewer) -> QuerySet[Report]:
    """Pick the oldest of the reports that wait about each post."""
    waiting = Report.objects.waiting().filter(post=OuterRef("post"))
    return reports_for(viewer).waiting().filter(_none_of(waiting.filter(_older())))


def _older() -> Q:
    """Say which reports were made before the one of the outer query."""
    older = Q(created_at__lt=OuterRef("created_at"))
    return older | Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))


def _none_of(rows: QuerySet[Any]) -> Case:
    """Return the condition that there is no such row.

    As a case, not NOT EXISTS: that the planner may join, and compare each row with each.
    """
    return Case(When(Exists(rows), then=False), default=True)


def held_posts(viewer: Viewer) -> QuerySet[Post]:
    """Pick the posts that wait for staff in the communities that a person moderates."""
    return Post.objects.held().filter(_is_moderated(viewer, "thread__community"))


def held_when_written(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Keep what people wrote here; what was held where it was imported from is in no hurry."""
    here = [Post.HoldReason.NEWCOMER, Post.HoldReason.ACCOUNT]
    return posts.filter(hold_reason__in=here)


def appeals_for(viewer: Viewer) -> QuerySet[Appeal]:
    """Pick the appeals in the communities that a person moderates."""
    return Appeal.objects.filter(_is_moderated(viewer, "decision__post__thread__community"))


def decisions_for(viewer: Viewer) -> QuerySet[Decision]:
    """Pick the decisions in the communities that a person moderates."""
    return Decision.objects.filter(_is_moderated(viewer, "post__thread__community"))


def waiting_barriers() -> QuerySet[BarrierReport]:
    """Pick the reports of barriers that nobody has dealt with."""
    return BarrierReport.objects.filter(handled_at=None)


def next_reported(viewer: Viewer) -> Post | None:
    """Return the post that comes first in the queue of reports and that they may decide about."""
    others = reports_for(viewer).waiting()
    own = Report.objects.filter(reporter=viewer.pk).values("post")
    first = others.exclude(post__in=own).order_by("gravity", "created_at", "pk")
    report = first.select_related("post").first()
    return report.post if report else None


def next_held(viewer: Viewer) -> Post | None:
    """Return the post that has waited longest to appear and that they may decide about."""
    others = held_when_written(held_posts(viewer)).exclude(author=viewer.pk)
    return others.order_by("created_at", "pk").first()


class Median(Aggregate):
    """The value in the middle."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class Decided:
    """How many reports were decided, how many of them within a day and two, and how long it took.

    Each report counts, not each post: whoever reported was promised an answer.
    """

    reports: int = 0
    within_day: int = 0
    within_two_days: int = 0
    median: timedelta | None = None


@dataclass(frozen=True)
class Appealed:
    """What became of the appeals that were made."""

    made: int
    upheld: int
    overturned: int

    @property
    def waiting(self) -> int:
        return self.made - self.upheld - self.overturned


def reports_decided(since: datetime) -> Decided:
    """Measure the reports that were decided since a moment."""
    return Decided(**_decided(since).aggregate(**_measures(), median=Median("taken")))


def reports_decided_by_month(since: datetime) -> dict[date, Decided]:
    """Measure them for each month, named by its first day; months without any are left out."""
    months = _decided(since).annotate(month=TruncMonth("decision__at")).order_by().values("month")
    rows: Any = months.annotate(**_measures())
    return {row.pop("month").date(): Decided(**row) for row in rows}


def decisions_by_verb(since: datetime) -> dict[str, int]:
    """Count the decisions since a moment by what was decided."""
    verbs = Decision.objects.filter(at__gte=since).order_by().values_list("verb")
    return dict(verbs.annotate(Count("pk")))


def appeals_since(since: datetime) -> Appealed:
    """Count the appeals that were made since a moment."""
    outcomes = {outcome.value: Q(outcome=outcome) for outcome in Appeal.Outcome}
    counts = {name: Count("pk", filter=condition) for name, condition in outcomes.items()}
    made = Appeal.objects.filter(created_at__gte=since)
    return Appealed(**made.aggregate(made=Count("pk"), **counts))


def reports_waiting(before: datetime) -> int:
    """Count the reports that wait, made before a moment, up to a limit."""
    waiting = Report.objects.waiting().filter(created_at__lte=before)
    return waiting.order_by().values("pk")[:MOST_COUNTED].count()


def _decided(since: datetime) -> QuerySet[Report]:
    taken = ExpressionWrapper(F("decision__at") - F("created_at"), output_field=DurationField())
    return Report.objects.filter(decision__at__gte=since).annotate(taken=taken)


def _measures() -> dict[str, Count]:
    return {
        "reports": Count("pk"),
        "within_day": Count("pk", filter=Q(taken__lte=NEARLY_DUE)),
        "within_two_days": Count("pk", filter=Q(taken__lte=OVERDUE)),
    }
