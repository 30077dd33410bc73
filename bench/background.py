"""Heavy days of the worker: python -m bench.background SIZE POSTMASTER writes their cost, as JSON.

Digests beside the marks of a month, digests of a hundred threads each, a mail server that takes
its time (EMAIL_URL names one), and a reply in a thread that thousands follow.
"""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 (the apps are ready from here on)
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench import digests as morning  # noqa: E402
from bench.cast import MEMBER  # noqa: E402
from bench.sizes import SIZES, Size  # noqa: E402
from discussions.models import Thread  # noqa: E402
from discussions.services import Writing, reply  # noqa: E402
from notifications import digests, services  # noqa: E402
from notifications.models import Delivery, DigestItem, Mail  # noqa: E402

DAYS_TOLD = 30  # one thread a day and person
FOLLOWERS = 10_000
READERS, THREADS_EACH = 1_000, 100
HANDED_OVER_SLOWLY = 200
CLEAR = f"TRUNCATE {', '.join(morning.TOLD_BEFORE)} CASCADE"
TELL_OF_A_MONTH = """
INSERT INTO notifications_threadtold (user_id, thread_id, through_number)
SELECT person.id, 1 + (person.id * 31 + day * 17) %% %s, 1
FROM accounts_user person, generate_series(1, %s) day ON CONFLICT DO NOTHING
"""
FOLLOW = """
INSERT INTO discussions_follow (user_id, thread_id, mode)
SELECT id, 1, 'follow' FROM accounts_user WHERE id <> %s ORDER BY id LIMIT %s
ON CONFLICT (user_id, thread_id) DO UPDATE SET mode = 'follow'
"""
# Everybody else hears nothing that day, so that each of these mails tells of a hundred threads.
ONLY_READERS = """
UPDATE communities_membership SET digest = CASE WHEN community_id = 1 AND id IN (
    SELECT id FROM communities_membership WHERE community_id = 1 ORDER BY id LIMIT %s
) THEN 'daily' ELSE 'never' END
"""
HUNDREDTH_LATEST = """
SELECT last_post_at FROM discussions_thread WHERE community_id = 1 AND status = 'published'
ORDER BY last_post_at DESC OFFSET %s LIMIT 1
"""


def main(size: Size, postmaster: int) -> list[dict[str, Any]]:
    """Do what a heavy day asks for, one after the other."""
    return [
        told_before(size, postmaster),
        slow_server(postmaster),
        hundred_threads(postmaster),
        *fan_out(postmaster),
    ]


def told_before(size: Size, postmaster: int) -> dict[str, Any]:
    """Build the digests of everybody beside what digests of a month told of."""
    clear()
    execute(TELL_OF_A_MONTH, size.threads, DAYS_TOLD)
    execute("VACUUM ANALYZE notifications_threadtold")
    built, spent = morning.measured(postmaster, lambda: morning.build(size))
    return job("digest-told", built, "mails beside the marks of a month", spent)


def slow_server(postmaster: int) -> dict[str, Any]:
    """Hand some mails to a server that takes its time over each answer."""
    sent, spent = morning.measured(postmaster, lambda: morning.hand_over(HANDED_OVER_SLOWLY))
    return job("mail-slow-server", sent, "mails to a server of 10 ms an answer", spent)


def hundred_threads(postmaster: int) -> dict[str, Any]:
    """Build digests that tell of a hundred threads each."""
    clear()
    execute(ONLY_READERS, READERS)
    with connection.cursor() as cursor:
        cursor.execute(HUNDREDTH_LATEST, [THREADS_EACH])
        (since,) = cursor.fetchone()
    execute(
        "DELETE FROM discussions_visit WHERE thread_id IN (SELECT id FROM discussions_thread"
        " WHERE community_id = 1)"
    )
    now = since + digests.OLDEST_NEWS + timedelta(seconds=1)
    built, spent = morning.measured(postmaster, lambda: services.queue_digests(now, wait=True))
    each = DigestItem.objects.count() / built
    return job("digest-100", built, f"mails of {each:.0f} threads each", spent)


def fan_out(postmaster: int) -> list[dict[str, Any]]:
    """Reply in a thread that thousands follow, and tell them all."""
    clear()
    execute(FOLLOW, MEMBER, FOLLOWERS)
    drain(services.queue_deliveries)
    clear()
    member, thread = User.objects.get(pk=MEMBER), Thread.objects.get(pk=1)
    reply(thread, by=member, writing=Writing(body="What do you all think?"))
    longest, spent = morning.measured(postmaster, lambda: drain(services.queue_deliveries))
    told = Delivery.objects.count()
    words = f"people told of a reply, at most {longest} ms at once"
    rows = [job("fan-out", told, words, spent)]
    _longest, spent = morning.measured(postmaster, lambda: drain(services.queue_alerts))
    mails = Mail.objects.filter(created_at__gte=timezone.now() - timedelta(hours=1)).count()
    return [*rows, job("fan-out-alerts", mails, "mails of it written", spent)]


def drain(service: Callable[[], int]) -> int:
    """Call a service until nothing is left; return the milliseconds of its longest call."""
    longest, left = 0, True
    while left:
        began = morning.monotonic()
        left = bool(service())
        longest = max(longest, round(1000 * (morning.monotonic() - began)))
    return longest


def job(name: str, count: int, unit: str, spent: dict[str, float]) -> dict[str, Any]:
    """Return what one of so many things cost."""
    count_or_one = max(count, 1)
    return {
        "name": name,
        "count": count,
        "unit": unit,
        "web_cpu_ms": spent["web"] / count_or_one,
        "db_cpu_ms": spent["db"] / count_or_one,
        "wall_seconds": spent["wall"] / 1000,
        "per_thousand": 1000 * spent["statements"] / count_or_one,
    }


def clear() -> None:
    """Forget who was told of what."""
    execute(CLEAR)


def execute(statement: str, *values: object) -> None:
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


if __name__ == "__main__":
    print(json.dumps(main(SIZES[sys.argv[1]], int(sys.argv[2]))))
