"""What waits for staff, for how long, and what comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery

from communities.models import Viewer, moderates_everywhere
from discussions.models import Post
from moderation.models import Appeal, Decision, Report, ReportQuerySet
from moderation.permissions import moderated_communities

NEARLY_DUE = timedelta(hours=24)
OVERDUE = timedelta(hours=48)


@dataclass(frozen=True)
class Ages:
    """How many things wait, by how long they have waited."""

    fresh: int
    nearly_due: int
    overdue: int

    @property
    def total(self) -> int:
        return self.fresh + self.nearly_due + self.overdue


def count_by_age(rows: QuerySet[Any], moment: str, now: datetime) -> Ages:
    """Count rows by the age of a moment, in one statement."""
    nearly_due, overdue = now - NEARLY_DUE, now - OVERDUE
    counts = rows.aggregate(
        fresh=Count("pk", filter=Q(**{f"{moment}__gt": nearly_due})),
        nearly_due=Count(
            "pk", filter=Q(**{f"{moment}__lte": nearly_due, f"{moment}__gt": overdue})
        ),
        overdue=Count("pk", filter=Q(**{f"{moment}__lte": overdue})),
    )
    return Ages(**counts)


def reports_for(viewer: Viewer) -> ReportQuerySet:
    """Pick the reports in the communities that a person moderates."""
    if moderates_everywhere(viewer):
        return Report.objects.all()
    return Report.objects.filter(post__thread__community__in=moderated_communities(viewer))


def gravest_of_each_post(reports: QuerySet[Report], among: QuerySet[Report]) -> QuerySet[Report]:
    """Keep one report of each post, the gravest and then the oldest; annotates `same_post`.

    Each is compared with those `among` which it stands: others that wait, say. One by one, so that
    the first page of a long queue looks at no more than it shows.
    """
    same = among.filter(post=OuterRef("post"))
    older = Q(created_at__lt=OuterRef("created_at"))
    older |= Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    before = Q(gravity__lt=OuterRef("gravity")) | Q(gravity=OuterRef("gravity")) & older
    count = same.order_by().values("post").annotate(count=Count("pk")).values("count")
    return reports.filter(~Exists(same.filter(before))).annotate(same_post=Subquery(count))


def reported_posts(viewer: Viewer) -> QuerySet[Post]:
    """Pick posts with reports that wait; annotates `reported_at`, the oldest of them."""
    waiting = Q(reports__isnull=False, reports__decision=None)
    return (
        Post.objects.filter(waiting, thread__community__in=moderated_communities(viewer))
        .annotate(reported_at=Min("reports__created_at", filter=waiting))
        .order_by()
    )


def held_posts(viewer: Viewer) -> QuerySet[Post]:
    """Pick the posts that wait for staff in the communities that a person moderates."""
    return Post.objects.held().filter(thread__community__in=moderated_communities(viewer))


def held_when_written(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Keep what people wrote here; what was held where it was imported from is in no hurry."""
    here = [Post.HoldReason.NEWCOMER, Post.HoldReason.ACCOUNT]
    return posts.filter(hold_reason__in=here)


def appeals_for(viewer: Viewer) -> QuerySet[Appeal]:
    """Pick the appeals in the communities that a person moderates."""
    return Appeal.objects.filter(
        decision__post__thread__community__in=moderated_communities(viewer)
    )


def decisions_for(viewer: Viewer) -> QuerySet[Decision]:
    """Pick the decisions in the communities that a person moderates."""
    return Decision.objects.filter(post__thread__community__in=moderated_communities(viewer))


def next_reported(viewer: Viewer) -> Post | None:
    """Return the post that comes first in the queue of reports and that they may decide about."""
    others = reports_for(viewer).waiting().exclude(post__author=viewer.pk)
    own = Report.objects.filter(reporter=viewer.pk).values("post")
    first = others.exclude(post__in=own).order_by("gravity", "created_at", "pk")
    report = first.select_related("post").first()
    return report.post if report else None


def next_held(viewer: Viewer) -> Post | None:
    """Return the post that has waited longest to appear and that they may decide about."""
    others = held_when_written(held_posts(viewer)).exclude(author=viewer.pk)
    return others.order_by("created_at", "pk").first()
