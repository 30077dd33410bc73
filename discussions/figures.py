"""What is going on in a community, in numbers that stand for a few minutes."""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from discussions.models import Post, Thread

FIGURES_STAND = 300  # seconds
PERIOD = timedelta(days=30)
MOST_COUNTED = 10_000  # posts


@dataclass(frozen=True)
class Activity:
    """How much was written in the last thirty days, and by how many people."""

    posts: int
    writers: int


_known: dict[int, tuple[int, Activity]] = {}


def activity_in(community: int) -> Activity:
    """Return the figures of a community, counted once in a few minutes by each process."""
    moment = int(time.time()) // FIGURES_STAND
    counted_at, activity = _known.get(community, (0, Activity(0, 0)))
    if counted_at != moment:
        activity = _count(community)
        _known[community] = (moment, activity)
    return activity


def _count(community: int) -> Activity:
    since = timezone.now() - PERIOD
    threads = Thread.objects.published().filter(community=community, last_post_at__gte=since)
    posts = Post.objects.published().filter(thread__in=threads, published_at__gte=since)
    found = (
        posts.order_by()
        .values("author")[:MOST_COUNTED]
        .aggregate(posts=Count("*"), writers=Count("author", distinct=True))
    )
    return Activity(found["posts"], found["writers"])


def forget_figures() -> None:
    """Let them be counted anew, where all that was counted is gone."""
    _known.clear()
