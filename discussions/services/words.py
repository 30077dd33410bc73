"""Words that titles and openings had once: they go when no thread has them any more."""

from django.db import connection, transaction

from discussions.models import Word

WORDS_AT_ONCE = 1_000
# Whoever writes holds this lock beside others who write: what is not committed yet is not seen.
ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('discussions_threadword'))"
FORGET = """
DELETE FROM discussions_word word WHERE id = ANY (%s)
    AND NOT EXISTS (SELECT FROM discussions_threadword WHERE word_id = word.id)
"""


def forget_unsaid_words() -> int:
    """Delete the words that no thread has, some at a time; returns how many.

    Nobody waits longer than for one batch, and those of a batch stay while somebody writes.
    """
    forgotten = 0
    words = Word.objects.order_by("pk").values_list("pk", flat=True)
    batch = list(words[:WORDS_AT_ONCE])
    while batch:
        forgotten += _forget_among(batch)
        batch = list(words.filter(pk__gt=batch[-1])[:WORDS_AT_ONCE])
    return forgotten


@transaction.atomic
def _forget_among(pks: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        (is_alone,) = cursor.fetchone()
        if is_alone:
            cursor.execute(FORGET, [pks])
        return cursor.rowcount if is_alone else 0
