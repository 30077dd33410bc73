"""What is deleted once it is old: mails, what people were told, and digests."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from notifications.models import AlertWindow, Delivery, Digest, Mail

ROWS_AT_ONCE = 1_000
# Numbers rise with time, so that the key of the table finds what is old and no index is needed.
_OLDEST = """
SELECT id, created_at < %(before)s FROM {table}
WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
"""
MARKS_AT_ONCE = 10_000
_SETTLED = """
DELETE FROM notifications_threadtold told
WHERE told.id >= %(first)s AND told.id < %(end)s AND NOT EXISTS (
    SELECT 1 FROM discussions_post p
    WHERE p.thread_id = told.thread_id AND p.published_at >= %(since)s)
"""
_MAILS = [
    # Without its mail a delivery would look as if it was still to be told.
    "UPDATE notifications_delivery SET mail_id = NULL, wants_mail = false"
    " WHERE mail_id = ANY(%(pks)s)",
    "UPDATE notifications_digest SET mail_id = NULL WHERE mail_id = ANY(%(pks)s)",
    "DELETE FROM notifications_mail WHERE id = ANY(%(pks)s)",
]
_DELIVERIES = ["DELETE FROM notifications_delivery WHERE id = ANY(%(pks)s)"]
_DIGESTS = [
    "DELETE FROM notifications_digestitem WHERE digest_id = ANY(%(pks)s)",
    "DELETE FROM notifications_digest WHERE id = ANY(%(pks)s)",
]
# What is on its way is asked for once more before it leaves.
_FREE_MAILS = """
SELECT id FROM notifications_mail WHERE id = ANY(%(pks)s) AND state NOT IN ('ready', 'claimed')
ORDER BY id FOR UPDATE SKIP LOCKED
"""
_FREE_TOLD = """
SELECT told.id FROM {table} told LEFT JOIN notifications_mail mail ON mail.id = told.mail_id
WHERE told.id = ANY(%(pks)s) AND (mail.id IS NULL OR mail.state NOT IN ('ready', 'claimed'))
ORDER BY told.id FOR UPDATE OF told SKIP LOCKED
"""


def prune_mails(before: datetime) -> Iterator[int]:
    """Delete mails written before a moment that are done with; yield how many each batch had."""
    return _prune(Mail._meta.db_table, _FREE_MAILS, _MAILS, before)


def prune_deliveries(before: datetime) -> Iterator[int]:
    """Delete what people were told before a moment; yield how many each batch had."""
    table = Delivery._meta.db_table
    return _prune(table, _FREE_TOLD.format(table=table), _DELIVERIES, before)


def prune_digests(before: datetime) -> Iterator[int]:
    """Delete digests written before a moment, and their items; yield how many each batch had."""
    table = Digest._meta.db_table
    return _prune(table, _FREE_TOLD.format(table=table), _DIGESTS, before)


def prune_windows(before: datetime) -> Iterator[int]:
    """Delete windows of alerts that ended before a moment; yield how many there were."""
    yield AlertWindow.objects.filter(ends_at__lt=before).delete()[0]


def prune_told(before: datetime) -> Iterator[int]:
    """Delete marks of threads in which nothing was published since; yield each batch's count.

    What is older than news can be is told to nobody, whether a mark says so or not.
    """
    ((last,),) = _rows("SELECT coalesce(max(id), 0) FROM notifications_threadtold")
    for first in range(0, last + 1, MARKS_AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                _SETTLED, {"first": first, "end": first + MARKS_AT_ONCE, "since": before}
            )
            yield cursor.rowcount


def _prune(table: str, free: str, deletions: list[str], before: datetime) -> Iterator[int]:
    """Walk from the oldest row to the first young one; what must stay, or is locked, is passed."""
    after, is_old = 0, True
    while is_old:
        rows = _rows(_OLDEST.format(table=table), before=before, after=after, limit=ROWS_AT_ONCE)
        old = [pk for pk, row_is_old in rows if row_is_old]
        is_old = bool(rows) and len(old) == len(rows)
        after = rows[-1][0] if rows else after
        if old:
            yield _delete(old, free, deletions)


@transaction.atomic
def _delete(pks: list[int], free: str, deletions: list[str]) -> int:
    kept = [pk for (pk,) in _rows(free, pks=pks)]
    with connection.cursor() as cursor:
        for statement in deletions:
            cursor.execute(statement, {"pks": kept})
        return cursor.rowcount


def _rows(statement: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
