"""What the ambassadors' desk reads: what waits there, who came, and what was done."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from communities.models import Community, Membership, Viewer
from discussions.models import Act, Post, Thread
from moderation.models import Report

MOST_HELD = 50
MOST_THREADS = 10
MOST_ACTS = 5
NEWCOMER_FOR = timedelta(days=90)


def held_first_posts(community: Community) -> QuerySet[Post]:
    """Pick newcomers' posts that wait, oldest first; annotates `is_passed`, on to staff.

    Only for those who may see the desk of the community: others do not see these posts.
    """
    passed = Report.objects.waiting().filter(post=OuterRef("pk"))
    held = Post.objects.held().filter(
        thread__community=community,
        thread__status__in=[Thread.Status.PUBLISHED, Thread.Status.PENDING],
        hold_reason=Post.HoldReason.NEWCOMER,
    )
    shown = held.select_related("author", "thread").defer("search")
    return shown.annotate(is_passed=Exists(passed)).order_by("created_at", "pk")


def newcomers(community: Community, viewer: Viewer) -> QuerySet[Membership]:
    """Pick who joined lately and was not welcomed; annotates `first_post`, the pk, or None."""
    posts = Post.objects.visible_to(viewer).published()
    first = posts.filter(author=OuterRef("user"), thread__community=community.pk)
    since = timezone.now() - NEWCOMER_FOR
    lately = Membership.objects.filter(
        community=community, welcomed_at=None, joined_at__gte=since, role=Membership.Role.MEMBER
    )
    return (
        lately.exclude(user=viewer.pk)
        .select_related("user")
        .annotate(first_post=Subquery(first.order_by("published_at", "pk").values("pk")[:1]))
    )


def first_posts_of(joined: list[Membership]) -> dict[int, Post]:
    """Fetch the first posts that `newcomers` found, with their threads, by their pk."""
    keys = [pk for each in joined if (pk := getattr(each, "first_post", None))]
    posts = Post.objects.filter(pk__in=keys).select_related("thread")
    return {post.pk: post for post in posts.defer("search", "html")}


def threads_of_desk(community: Community, viewer: Viewer) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(viewer).published().filter(community=community)
    return threads.for_list()[:MOST_THREADS]


def latest_acts(community: Community, viewer: Viewer) -> QuerySet[Act]:
    acts = Act.objects.visible_to(viewer).filter(community=community)
    return acts.for_list(viewer).order_by("-at", "-pk")[:MOST_ACTS]
