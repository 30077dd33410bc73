"""Lists of threads, page by page, each in one query that costs the same however long they are."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from taggit.models import Tag

from communities.models import Viewer
from communities.paging import before
from communities.prepared import among, prepared
from discussions.models import Follow, Thread, ThreadQuerySet, Visit

THREADS_PER_PAGE = 20
MOST_PINNED = 10
MOST_SEARCHED_FOR_UNREAD = 300
THREADS_SEARCHED_TO_COUNT_TAGS = 300
MOST_TAGS_LISTED = 100
KINDS = {"discussions": Thread.Kind.DISCUSSION, "questions": Thread.Kind.QUESTION}
UNREAD_FOR = timedelta(days=30)


@prepared
def threads_in(
    viewer: Viewer,
    *,
    community: int,
    since: datetime | None = None,
    at: datetime | None = None,
    pk: int | None = None,
) -> QuerySet[Thread]:
    """One page of the threads of a community and the next one's first; pinned ones are apart.

    With `since`, for a member, `unread` counts what came after it.
    """
    threads = _in_community(viewer, community).filter(is_pinned=False)
    return rows_of(before(threads, "last_post_at", at, pk), viewer, since)


@prepared
def unread_in(
    viewer: Viewer,
    *,
    community: int,
    since: datetime,
    at: datetime | None = None,
    pk: int | None = None,
) -> QuerySet[Thread]:
    """The same, only those with something unread among the few hundred written in last."""
    threads = _in_community(viewer, community).filter(is_pinned=False)
    unread = threads.filter(written_lately(community, since)).exclude(is_read(viewer))
    return rows_of(before(unread, "last_post_at", at, pk), viewer, since)


@prepared
def others_in(
    viewer: Viewer,
    *,
    community: int,
    since: datetime,
    at: datetime | None = None,
    pk: int | None = None,
) -> QuerySet[Thread]:
    """The same, only those that `unread_in` leaves out."""
    threads = _in_community(viewer, community).filter(is_pinned=False)
    others = threads.filter(~written_lately(community, since) | is_read(viewer))
    return rows_of(before(others, "last_post_at", at, pk), viewer, since)


@prepared
def pinned_in(viewer: Viewer, *, community: int, since: datetime | None = None) -> QuerySet[Thread]:
    threads = _in_community(viewer, community).filter(is_pinned=True)
    return rows_of(threads, viewer, since)[:MOST_PINNED]


def threads_chosen(
    viewer: Viewer,
    *,
    community: int,
    show: str,
    tag: int | None,
    since: datetime | None,
    **start: Any,
) -> list[Thread]:
    """One page of the threads of a community of some kind, or with a tag, and the next one's first.

    Planned for what is asked: how many threads have a tag differs too much for one plan.
    """
    threads = _in_community(viewer, community)
    if show == "unanswered":
        threads = threads.unanswered()
    elif show:
        threads = threads.filter(kind=KINDS[show])
    if tag is not None:
        threads = threads.filter(thread_tags__tag=tag)
    return list(rows_of(before(threads, "last_post_at", **start), viewer, since))


def _in_community(viewer: Viewer, community: int) -> ThreadQuerySet:
    return Thread.objects.visible_to(viewer).published().filter(community=community)


def rows_of(threads: ThreadQuerySet, viewer: Viewer, since: datetime | None) -> ThreadQuerySet:
    rows = threads.for_list()
    rows = rows.with_unread(viewer, since) if since else rows.with_last_read(viewer)
    return rows[: THREADS_PER_PAGE + 1]


def is_read(viewer: Viewer) -> Q:
    """Say whether somebody has read all of a thread, or does not want to hear of it."""
    read = Visit.objects.filter(
        user=viewer.pk, thread=OuterRef("pk"), last_number__gte=OuterRef("last_number")
    )
    muted = Follow.objects.filter(user=viewer.pk, mode=Follow.Mode.MUTE)
    return Q(Exists(read)) | Q(among("pk", muted.values("thread")))


def written_lately(community: int | OuterRef, since: datetime) -> Q:
    """Say whether a thread was written in since a moment; of many in its community, the latest."""
    threads = Thread.objects.published().filter(community=community, last_post_at__gte=since)
    moments = threads.order_by("-last_post_at", "-pk").values("last_post_at")
    earliest = moments[MOST_SEARCHED_FOR_UNREAD - 1 : MOST_SEARCHED_FOR_UNREAD]
    return Q(last_post_at__gte=Coalesce(Subquery(earliest), since))


def tags_visible_to(viewer: Viewer) -> QuerySet[Tag]:
    """Pick the tags of threads that somebody can read; all others are as no tag to them."""
    threads = Thread.objects.visible_to(viewer).published()
    return Tag.objects.filter(Exists(threads.filter(thread_tags__tag=OuterRef("pk"))))


@prepared
def tags_counted_in(viewer: Viewer, *, community: int) -> QuerySet[Tag]:
    """Tags of a community, each with its `threads`: those that the reader sees, lately."""
    threads = _in_community(viewer, community).order_by("-last_post_at", "-pk")
    counted = threads.values("pk")[:THREADS_SEARCHED_TO_COUNT_TAGS]
    tags = Tag.objects.filter(discussions_threadtag_items__content_object__in=counted)
    tags = tags.annotate(threads=Count("discussions_threadtag_items"))
    return tags.order_by("-threads", "name")[:MOST_TAGS_LISTED]
