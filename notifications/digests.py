"""Who is due for a digest, and what is new to them: whole batches in a few statements."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from communities.models import Membership
from discussions.models import Follow, Post, Thread
from notifications.models import Digest, DigestItem

DAILY_FROM = time(7, 0)  # on the clock of the town hall
WEEKLY_ON = 1  # Tuesday: the weekend's talk is in it, and councillors are at their desks
OLDEST_NEWS = timedelta(days=45)
TURN = 7_001_001  # the name of our advisory lock; no other part of the site takes one like it

# What a member could hear of: threads that moved on since they read or were told of them. Numbers
# are given in the order of publication, so what is new begins with a number, found once a thread.
_UNTOLD = """
WITH fresh AS MATERIALIZED (
    SELECT t.*, first.number - 1 AS above
    FROM discussions_thread t CROSS JOIN LATERAL (
        SELECT p.number FROM discussions_post p
        WHERE p.thread_id = t.id AND p.published_at >= %(since)s
        ORDER BY p.published_at, p.number LIMIT 1
    ) first
    WHERE t.status = 'published' AND t.last_post_at >= %(since)s
), wanted AS (
    SELECT d.id AS digest_id, d.user_id, m.digest AS frequency,
           t.id AS thread_id, t.answer_id, t.kind, t.last_post_at,
           GREATEST(v.last_number, told.through_number, t.above) AS above, t.last_number AS through
    FROM notifications_digest d
    JOIN communities_membership m ON m.user_id = d.user_id
    JOIN fresh t ON t.community_id = m.community_id
    LEFT JOIN discussions_visit v ON v.user_id = m.user_id AND v.thread_id = t.id
    LEFT JOIN notifications_threadtold told ON told.user_id = m.user_id AND told.thread_id = t.id
    WHERE d.id = ANY(%(digests)s) AND m.digest = ANY(%(frequencies)s)
      AND t.last_number > GREATEST(v.last_number, told.through_number, t.above)
)"""
# What digests told already, as far as their readers are still members who want it.
_TOLD = """
WITH wanted AS (
    SELECT d.id AS digest_id, d.user_id, m.digest AS frequency,
           t.id AS thread_id, t.answer_id, t.kind, t.last_post_at,
           i.first_number - 1 AS above, i.last_number AS through
    FROM notifications_digest d
    JOIN notifications_digestitem i ON i.digest_id = d.id
    JOIN discussions_thread t ON t.id = i.thread_id AND t.status = 'published'
    JOIN communities_membership m ON m.user_id = d.user_id AND m.community_id = t.community_id
    WHERE d.id = ANY(%(digests)s) AND m.digest <> 'never'
)"""
# The new posts of each such thread: published, neither their own nor of somebody they ignore, not
# muted, not in a mail before.
_NEWS = """
SELECT w.digest_id, w.user_id, w.thread_id, w.frequency,
       news.new_count, news.first_number, news.last_number,
       CASE WHEN news.has_answer THEN w.answer_id ELSE news.latest END AS post_id,
       news.has_answer, w.kind = 'question' AND news.first_number = 1 AS is_new_question
FROM wanted w
LEFT JOIN questions_question q ON q.thread_id = w.thread_id
CROSS JOIN LATERAL (
    SELECT count(*) AS new_count, min(p.number) AS first_number, max(p.number) AS last_number,
           (array_agg(p.id ORDER BY p.number DESC))[1] AS latest,
           COALESCE(bool_or(p.id = w.answer_id), false) AS has_answer
    FROM discussions_post p
    WHERE p.thread_id = w.thread_id AND p.number > w.above AND p.number <= w.through
      AND p.status = 'published' AND p.author_id <> w.user_id AND p.published_at >= %(since)s
      AND NOT EXISTS (
          SELECT 1 FROM discussions_ignore i
          WHERE i.user_id = w.user_id AND i.ignored_id = p.author_id)
      AND NOT EXISTS (
          SELECT 1 FROM notifications_delivery told
          WHERE told.user_id = w.user_id AND told.post_id = p.id AND told.wants_mail)
      AND NOT EXISTS (
          SELECT 1 FROM notifications_delivery told
          WHERE told.user_id = w.user_id AND told.question_id = q.id AND told.wants_mail
            AND (told.kind = 'answer' AND p.id = w.answer_id
                 OR told.kind = 'question' AND p.number = 1))
) news
WHERE news.new_count > 0 AND NOT EXISTS (
    SELECT 1 FROM discussions_follow f
    WHERE f.user_id = w.user_id AND f.thread_id = w.thread_id AND f.mode = 'mute')
ORDER BY w.digest_id, news.has_answer DESC, w.last_post_at DESC, w.thread_id DESC"""


class News(NamedTuple):
    """What is new to one person in one thread, for one digest."""

    digest_id: int
    user_id: int
    thread_id: int
    frequency: str
    new_count: int
    first_number: int
    last_number: int
    post_id: int
    has_answer: bool
    is_new_question: bool


def due_on(now: datetime) -> tuple[date, list[Membership.Frequency]]:
    """Return the local date, and which digests are due on it by now.

    Only the wall clock counts, so a day has one digest however many hours it has; a day that
    was missed in the morning is made up for until midnight.
    """
    local = timezone.localtime(now, timezone.get_default_timezone())
    if local.time() < DAILY_FROM:
        return local.date(), []
    if local.weekday() == WEEKLY_ON:
        return local.date(), [Membership.Frequency.DAILY, Membership.Frequency.WEEKLY]
    return local.date(), [Membership.Frequency.DAILY]


def people_due(
    day: date, frequencies: Sequence[Membership.Frequency], now: datetime
) -> QuerySet[User]:
    """Pick the people who want a digest and have none for this day yet, in order."""
    wants = Membership.objects.filter(user=OuterRef("pk"), digest__in=frequencies)
    had = Digest.objects.filter(user=OuterRef("pk"), local_date=day)
    free = Q(suspended_until=None) | Q(suspended_until__lte=now)
    people = User.objects.filter(free, is_active=True, closed_at=None, email__isnull=False)
    return people.filter(Exists(wants), ~Exists(had)).order_by("pk")


def take_turn(*, wait: bool) -> bool:
    """Be the only one to write digests until the transaction ends.

    The unique date of a digest keeps them from doubling in any case; this keeps workers from
    doing each other's work for nothing. Says whether it is our turn.
    """
    act = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {act}(%s)", [TURN])
        (turn,) = cursor.fetchone()
    return turn is not False


def open_digests(people: Iterable[User], day: date) -> dict[int, Digest]:
    """Insert the digests of a day; return those that nobody else inserted, by pk."""
    known = {user.pk: user for user in people}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_digest (user_id, local_date, created_at)"
            " SELECT unnest(%(people)s::bigint[]), %(day)s, statement_timestamp()"
            " ON CONFLICT (user_id, local_date) DO NOTHING RETURNING id, user_id",
            {"people": sorted(known), "day": day},
        )
        rows = cursor.fetchall()
    return {pk: Digest(pk=pk, user=known[user_id], local_date=day) for pk, user_id in rows}


def find_news(
    opened: Iterable[int], frequencies: Sequence[Membership.Frequency], now: datetime
) -> list[News]:
    """Find what is new to the readers of some digests, their weightiest threads first."""
    return _find(
        _UNTOLD + _NEWS,
        digests=list(opened),
        frequencies=[str(frequency) for frequency in frequencies],
        since=now - OLDEST_NEWS,
    )


def find_news_again(opened: Iterable[int], now: datetime) -> list[News]:
    """Find what is left of the news in some digests: not what was hidden, muted or left since."""
    return _find(_TOLD + _NEWS, digests=list(opened), since=now - OLDEST_NEWS)


def remember_told(news: Iterable[News]) -> None:
    """Note up to where each person was told of each thread; the mark only moves up."""
    rows = [(item.user_id, item.thread_id, item.last_number) for item in news]
    people, threads, numbers = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_threadtold AS told (user_id, thread_id, through_number)"
            " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::integer[])"
            " ON CONFLICT (user_id, thread_id) DO UPDATE"
            " SET through_number = GREATEST(told.through_number, EXCLUDED.through_number)",
            [people, threads, numbers],
        )


def keep_items(news: Iterable[News]) -> None:
    """Note which posts of which thread each digest tells of."""
    rows = [(item.digest_id, item.thread_id, item.first_number, item.last_number) for item in news]
    digests, threads, firsts, lasts = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_digestitem (digest_id, thread_id, first_number, last_number)"
            " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::integer[], %s::integer[])",
            [digests, threads, firsts, lasts],
        )


def with_faults(opened: Iterable[int]) -> QuerySet[DigestItem, tuple[int, int, int, bool]]:
    """Pick the items of digests: digest, reader, thread, and must something no longer be told."""
    wanted = Membership.objects.filter(
        user=OuterRef("digest__user"), community=OuterRef("thread__community")
    ).exclude(digest=Membership.Frequency.NEVER)
    hidden = Post.objects.filter(
        thread=OuterRef("thread"),
        number__gte=OuterRef("first_number"),
        number__lte=OuterRef("last_number"),
    ).exclude(status=Post.Status.PUBLISHED)
    muted = Follow.objects.filter(
        user=OuterRef("digest__user"), thread=OuterRef("thread"), mode=Follow.Mode.MUTE
    )
    closed = ~Q(thread__status=Thread.Status.PUBLISHED)
    fault = ~Exists(wanted) | Exists(hidden) | Exists(muted) | closed
    items = DigestItem.objects.filter(digest__in=list(opened)).annotate(has_fault=fault)
    return items.values_list("digest", "digest__user", "thread", "has_fault")


def _find(statement: str, **values: Any) -> list[News]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [News(*row) for row in cursor.fetchall()]
