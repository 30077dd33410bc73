"""One morning's digests: python -m bench.digests SIZE POSTMASTER writes what they cost, as JSON.

Everybody wants one, and a busy day's posts are new: five in each community, most in the large ones.
All are selected and built; of the mails a sample is handed over to the server that EMAIL_URL names.
"""

import json
import sys
from collections import Counter
from datetime import time
from time import monotonic, process_time
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 (the apps are ready from here on)

from accounts.models import User  # noqa: E402
from bench.processes import cpu_seconds  # noqa: E402
from bench.progress import say  # noqa: E402
from bench.sizes import SIZES, Size  # noqa: E402
from communities.models import Membership  # noqa: E402
from discussions.models import Post  # noqa: E402
from notifications import digests, services  # noqa: E402
from notifications.digests import OLDEST_NEWS  # noqa: E402
from notifications.models import Mail  # noqa: E402

NEW_POSTS = 5  # in each community, on average
HANDED_OVER = 5_000
TOLD_BEFORE = ["notifications_mail", "notifications_digest", "notifications_threadtold"]


def main(size: Size, postmaster: int) -> dict[str, Any]:
    """Build the digests, hand a sample over, and say what each took."""
    Membership.objects.update(digest=Membership.Frequency.DAILY)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TOLD_BEFORE)} CASCADE")
        cursor.execute("VACUUM ANALYZE communities_membership")
    built, selecting = measured(postmaster, lambda: build(size))
    sent, handing = measured(postmaster, hand_over)
    people = User.objects.filter(email__isnull=False).count()
    return {
        "people": people,
        "built": built,
        "sent": sent,
        "web_cpu_ms": selecting["web"] / built + handing["web"] / sent,
        "db_cpu_ms": selecting["db"] / built + handing["db"] / sent,
        "build_ms": (selecting["web"] + selecting["db"]) / built,
        "build_per_second": 1000 * built / selecting["wall"],
        "sent_per_second": 1000 * sent / handing["wall"],
        "per_thousand": 1000 * selecting["statements"] / people,
        "stamps_per_mail": handing["stamps"] / sent,
        "per_mail": handing["statements"] / sent,
    }


def build(size: Size) -> int:
    """Write a digest for everybody, as on the morning before which the newest posts were made."""
    first_new = size.posts - NEW_POSTS * size.communities  # they were made in the order of time
    (since,) = Post.objects.filter(pk=first_new).values_list("published_at").get()
    digests.DAILY_FROM = time.min  # due at whatever hour the data was made
    now = since + OLDEST_NEWS
    return services.queue_digests(
        now, wait=True, report=lambda seen, mails: say(f"digests: {seen:,} people, {mails:,} mails")
    )


def hand_over(most: int = HANDED_OVER) -> int:
    """Send a sample of the mails, batch after batch, as the worker does."""
    Mail.objects.filter(queue=Mail.Queue.DIGEST).update(next_attempt_at="2000-01-01T00:00Z")
    handed = 0
    while handed < most:
        batch = services.send_batch()
        handed += batch.counts[Mail.Queue.DIGEST, Mail.State.SENT]
        if not batch.total:
            break
    return handed


def measured(postmaster: int, work: Any) -> tuple[int, dict[str, float]]:
    """Do some work; return its result and the milliseconds and statements that it took."""
    asked: Counter[str] = Counter()

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked["stamps"] += sql.startswith('UPDATE "notifications_mail"') and '"sent_at"' in sql
        asked["statements"] += not sql.startswith(("SAVEPOINT", "RELEASE"))
        return execute(sql, params, many, context)

    before = process_time(), cpu_seconds(postmaster), monotonic()
    with connection.execute_wrapper(count):
        result: int = work()
    after = process_time(), cpu_seconds(postmaster), monotonic()
    web, db, wall = ((new - old) * 1000 for old, new in zip(before, after, strict=True))
    return result, {"web": web, "db": db, "wall": wall, **asked}


if __name__ == "__main__":
    print(json.dumps(main(SIZES[sys.argv[1]], int(sys.argv[2]))))
