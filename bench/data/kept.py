"""What gathers behind the pages over the years: decisions, mails, deliveries, the audit trail."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import AuditEntry
from bench.cast import COLLECTOR, MEMBER, MODERATOR
from bench.data.copying import copy_rows
from bench.sizes import Size
from discussions.models import Act, Bookmark, Draft
from moderation.models import Appeal, BarrierReport, Decision, Rule
from notifications.models import Delivery, Mail

EACH_MAILS, EACH_ENTRIES, EACH_DELIVERIES = 3, 3, 5  # a member
FAILED, APPEALED = 500, 20  # one in so many
ACTS_A_COMMUNITY, BARRIERS, OWN = 50, 200, 100
# Every fifth of the withdrawn posts becomes one that waits to be read.
HOLD = """
UPDATE discussions_post SET status = 'pending', number = NULL, published_at = NULL,
    hold_reason = 'newcomer' WHERE status = 'withdrawn' AND id % 5 = 0
"""
REPORTS_DECIDED = """
INSERT INTO moderation_report (post_id, reporter_id, rule, text, email, created_at, decision_id)
SELECT post_id, NULL, 'spam', 'Look.', '', at, id FROM moderation_decision
"""


def make_kept(size: Size, chance: random.Random, now: datetime) -> None:
    """Fill the rows of years; most of them wait for nothing."""
    _make_decisions(size, chance, now)
    _make_mails(size, now)
    days = _days_before(now)
    copy_rows(
        AuditEntry,
        ["at", "by_id", "act", "subject_kind", "subject_id"],
        (
            (next(days), MODERATOR, f"change rights {n % 7}", "user", 1 + n % size.members)
            for n in range(EACH_ENTRIES * size.members)
        ),
    )
    copy_rows(
        Act,
        ["community_id", "kind", "by_id", "at"],
        (
            (1 + n % size.communities, "describe", MODERATOR, next(days))
            for n in range(ACTS_A_COMMUNITY * size.communities)
        ),
    )
    people = (MEMBER, COLLECTOR)
    copy_rows(Bookmark, ["user_id", "post_id"], ((who, n) for who in people for n in range(1, OWN)))
    copy_rows(
        Draft,
        ["user_id", "thread_id", "body", "tags", "picture_words"],
        ((who, n, "Begun", "{}", "{}") for who in people for n in range(1, OWN)),
    )
    copy_rows(
        BarrierReport,
        ["where", "problem"],
        ((f"The page {n}", "It does not open") for n in range(BARRIERS)),
    )
    with connection.cursor() as cursor:
        cursor.execute(HOLD)


def _make_decisions(size: Size, chance: random.Random, now: datetime) -> None:
    days = _days_before(now)
    posts = chance.sample(range(1, size.posts + 1), size.reports)
    verbs = ["hide", "leave", "restore", "leave"]
    copy_rows(
        Decision,
        ["id", "post_id", "by_id", "verb", "rule", "reason", "at"],
        (
            (n, post, MODERATOR, verbs[n % 4], Rule.values[n % 7], "As the rules say.", next(days))
            for n, post in enumerate(posts, 1)
        ),
    )
    copy_rows(
        Appeal,
        ["decision_id", "by_id", "text"],
        ((n, 1 + n % size.members, "It was fair.") for n in range(1, size.reports, APPEALED)),
    )
    with connection.cursor() as cursor:
        cursor.execute(REPORTS_DECIDED)


def _make_mails(size: Size, now: datetime) -> None:
    days, members = _days_before(now), size.members
    columns = ["id", "message_id", "user_id", "to", "queue", "subject", "state", "created_at"]
    columns += ["next_attempt_at", "sent_at", "note", "headers"]
    copy_rows(Mail, columns, (_mail(n, members, next(days)) for n in range(EACH_MAILS * members)))
    posts = [1 + n * 7 % size.posts for n in range(EACH_DELIVERIES)]
    copy_rows(
        Delivery,
        ["user_id", "kind", "post_id", "wants_mail", "created_at", "read_at"],
        (
            (user, "reply", 1 + (post + user) % size.posts, False, now, now if post % 2 else None)
            for user in range(1, members + 1)
            for post in dict.fromkeys(posts)
        ),
    )


def _mail(number: int, members: int, at: datetime) -> tuple[object, ...]:
    user = 1 + number % members
    address, kind = f"member{user}@bench.example", ("digest", "alert", "account")[number % 3]
    state, sent, note = ("sent", at, "") if number % FAILED else ("failed", None, "550 unknown")
    message = f"<bench-{number}@bench.example>"
    return 1 + number, message, user, address, kind, "News", state, at, at, sent, note, "{}"


def _days_before(now: datetime) -> Iterator[datetime]:
    """Go back from now, a little further each time, and begin again after three years."""
    while True:
        for minutes in range(0, 3 * 365 * 24 * 60, 7):
            yield now - timedelta(minutes=minutes)
