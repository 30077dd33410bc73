"""Let the people who can sign in have read some of it."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from accounts.models import User
from communities.models import Membership
from discussions.models import Follow, Post, Thread, Visit
from notifications.models import ThreadTold
from townhall.demo.moments import spread
from townhall.demo.town import Town

DAYS_AWAY = {"resident": 2, "newcomer": 2, "ambassador": 1, "councillor": 4, "moderator": 1}
BROWSED = timedelta(days=14)  # so far back people read what was there before they came
MUTED = {"resident": "The town clock is seven minutes slow"}
TOLD_UP_TO = {Membership.Frequency.DAILY: 2, Membership.Frequency.WEEKLY: 7}  # days ago


class Said(NamedTuple):
    """A published post: its number, and since when."""

    number: int
    at: datetime


def make_readers(town: Town) -> None:
    """Write reading marks, mutes, and what earlier digests have told."""
    said = _said()
    for key, days in DAYS_AWAY.items():
        user = town.users[key]
        _read(town, user, said, town.moments.before(days=days))
        _mute(town, key)
        _note_digests(town, user, said)


def _said() -> dict[int, list[Said]]:
    """Gather the published posts of each thread in their order."""
    said = defaultdict(list)
    for post in Post.objects.published().defer("body", "html", "search").order_by("number"):
        if post.number and post.published_at:
            said[post.thread_id].append(Said(post.number, post.published_at))
    return said


def _read(town: Town, user: User, said: dict[int, list[Said]], left_at: datetime) -> None:
    """Move a reader's marks up to where they had read when they were last here."""
    marks = {visit.thread_id: visit for visit in user.visits.all()}
    threads = Thread.objects.filter(community__memberships__user=user).published()
    for pk, title in threads.values_list("pk", "title"):
        before = [post for post in said[pk] if post.at < left_at]
        last = _pick_last_read(user, title, before)
        mark = marks.setdefault(pk, Visit(user=user, thread_id=pk, last_number=0))
        if last and last.number > mark.last_number:
            mark.last_number = last.number
            mark.at = town.moments.between(max(last.at, user.date_joined), left_at, title)
    Visit.objects.bulk_create(
        [
            Visit(user=user, thread_id=mark.thread_id, last_number=mark.last_number, at=mark.at)
            for mark in marks.values()
            if mark.last_number
        ],
        update_conflicts=True,
        unique_fields=["user", "thread"],
        update_fields=["last_number", "at"],
    )


def _pick_last_read(user: User, title: str, said: list[Said]) -> Said | None:
    """Pick nothing for a thread never opened or long over, the middle for some, else the last."""
    choice = spread(f"{user.public_name} read {title}", 8)
    if choice == 0 or not said or said[-1].at < user.date_joined - BROWSED:
        return None
    return said[len(said) // 2] if choice == 1 else said[-1]


def _mute(town: Town, key: str) -> None:
    if key in MUTED:
        thread = town.threads[MUTED[key]]
        Follow.objects.update_or_create(
            user=town.users[key], thread=thread, defaults={"mode": Follow.Mode.MUTE}
        )


def _note_digests(town: Town, user: User, said: dict[int, list[Said]]) -> None:
    """Note what earlier digests have told, so that the next one holds the last days only."""
    rows = []
    for membership in Membership.objects.filter(user=user, digest__in=TOLD_UP_TO):
        days = TOLD_UP_TO[Membership.Frequency(membership.digest)]
        told_at = town.moments.before(days=days)
        for pk in membership.community.threads.published().values_list("pk", flat=True):
            told = [post.number for post in said[pk] if post.at < told_at]
            if told:
                rows.append(ThreadTold(user=user, thread_id=pk, through_number=told[-1]))
    ThreadTold.objects.bulk_create(rows)
