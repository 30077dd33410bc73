"""From what people were told to the mails that carry it."""

from collections import defaultdict

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models import User
from discussions.models import Post
from notifications import emails
from notifications.emails import Letter, Part
from notifications.models import Delivery, Mail

DELIVERIES_AT_ONCE = 500
MAX_PER_MAIL = 50
Kind = Delivery.Kind
GATHERED = {Kind.REPLY, Kind.MENTION, Kind.ANSWER}
# Whoever is first opens the window of a person; a second worker waits here, and finds it open.
_OPEN_WINDOWS = """
INSERT INTO notifications_alertwindow AS known (user_id, ends_at)
SELECT person, statement_timestamp() + %(minutes)s * interval '1 minute'
FROM unnest(%(people)s::bigint[]) AS person ORDER BY person
ON CONFLICT (user_id) DO UPDATE SET ends_at = excluded.ends_at
WHERE known.ends_at <= statement_timestamp()
RETURNING user_id
"""
_WAIT = """
UPDATE notifications_delivery told SET mail_from = known.ends_at
FROM notifications_alertwindow known
WHERE known.user_id = told.user_id AND told.id = ANY(%s)
"""


def queue_alerts(limit: int = DELIVERIES_AT_ONCE) -> int:
    """Write the mails of deliveries that are due and have none.

    The first is written at once. What follows within the window of settings.ALERT_WINDOW_MINUTES
    is gathered until it ends, and then is one mail over all threads. What concerns a person alone,
    such as a decision, never waits. Returns how many deliveries were taken; what another worker
    holds is left to it.
    """
    with transaction.atomic():
        unmailed = Delivery.objects.filter(mail=None, wants_mail=True, user__email__isnull=False)
        due = with_subjects(unmailed.filter(mail_from__lte=Now()))
        due = due.select_for_update(of=("self",), skip_locked=True)
        taken = list(due.order_by("mail_from", "user", "pk")[:limit])
        deliveries = _without_waiting(taken)
        batches: dict[tuple[int, str, int], list[Delivery]] = {}
        for delivery in deliveries:
            batches.setdefault(_envelope(delivery), []).append(delivery)
        letters = [write_alert(batch[0].user, batch) for batch in batches.values()]
        mails = Mail.objects.bulk_create(
            letter.to(batch[0].user, Mail.Queue.ALERT)
            for letter, batch in zip(letters, batches.values(), strict=True)
        )
        for mail, batch in zip(mails, batches.values(), strict=True):
            for delivery in batch:
                delivery.mail = mail
        Delivery.objects.bulk_update(deliveries, ["mail"])
    return len(taken)


def _without_waiting(taken: list[Delivery]) -> list[Delivery]:
    """Put off what comes while a window is open, or is too much for one mail; return the rest."""
    gathered: dict[int, list[int]] = defaultdict(list)
    for delivery in taken:
        if delivery.kind in GATHERED:
            gathered[delivery.user_id].append(delivery.pk)
    if not gathered:
        return taken
    waiting: set[int] = set()
    with connection.cursor() as cursor:
        minutes: int = settings.ALERT_WINDOW_MINUTES
        cursor.execute(_OPEN_WINDOWS, {"people": sorted(gathered), "minutes": minutes})
        opened = {user_id for (user_id,) in cursor.fetchall()}
        for user_id, pks in gathered.items():
            waiting.update(pks[MAX_PER_MAIL:] if user_id in opened else pks)
        if waiting:
            cursor.execute(_WAIT, [sorted(waiting)])
    return [delivery for delivery in taken if delivery.pk not in waiting]


def with_subjects(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Join all that an alert says."""
    return deliveries.select_related(
        "user",
        "post__author",
        "post__capacity",
        "post__thread__community",
        "question__author",
        "question__area",
        "question__body",
        "question__seat__person",
        "question__thread__community",
        "question__thread__answer__author",
        "question__thread__answer__capacity",
        "decision__post__thread__community",
        "proposal__community",
    ).defer("post__search", "question__area__boundary", "question__thread__answer__search")


def write_alert(user: User, batch: list[Delivery]) -> Letter:
    """Write one mail about one event, several posts in one thread, or all that was gathered."""
    parts: dict[tuple[str, int], list[Delivery]] = defaultdict(list)
    for delivery in batch:
        parts[delivery.kind, _subject(delivery)].append(delivery)
    if len(parts) > 1:
        return emails.bundle(user, [_part(part) for part in parts.values()])
    first = batch[0]
    if first.question and first.question.thread and first.kind == Kind.ANSWER:
        return emails.answer(user, first.question, first.question.thread.answer)
    if first.question:
        return emails.question(user, first.question)
    if first.decision:
        return emails.decision(user, first.decision)
    if first.proposal:
        return emails.proposal(user, first.proposal)
    posts = _posts(batch)
    if first.kind == Kind.MENTION:
        return emails.mention(user, posts[0].thread, posts)
    return emails.reply(user, posts[0].thread, posts)


def _part(deliveries: list[Delivery]) -> Part:
    """Return what a bundle says of one thread: its answer, or posts in it."""
    first = deliveries[0]
    if first.question and first.question.thread:
        answer = first.question.thread.answer
        return Part(first.kind, first.question.thread, [answer] if answer else [])
    posts = _posts(deliveries)
    return Part(first.kind, posts[0].thread, posts)


def _posts(deliveries: list[Delivery]) -> list[Post]:
    posts = [delivery.post for delivery in deliveries if delivery.post]
    return sorted(posts, key=lambda post: post.number or 0)


def _envelope(delivery: Delivery) -> tuple[int, str, int]:
    """Say what shares a mail: what one person can wait for, and of the rest nothing."""
    if delivery.kind in GATHERED:
        return delivery.user_id, "", 0
    return delivery.user_id, delivery.kind, _subject(delivery)


def _subject(delivery: Delivery) -> int:
    if delivery.post:
        return delivery.post.thread_id
    return delivery.question_id or delivery.decision_id or delivery.proposal_id or 0
