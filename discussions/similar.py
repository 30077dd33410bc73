"""Threads about the same thing, for somebody who is about to start one."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from communities.models import Viewer
from communities.prepared import among, prepared
from discussions.models import Thread

MOST_SIMILAR = 3
MOST_CANDIDATES = 12  # of which the reader may not see one or another
MOST_WORDS_OF_TITLE, MOST_WORDS_OF_BODY = 20, 20
THREADS_OF_A_WORD = 300  # the newest; a word of more of them tells little
LONGEST_READ = 1_000  # characters of what is typed
ENDINGS = ("", "s", "es", "ed", "ing")
SYNONYMS = Path(__file__).with_name("synonyms.txt")
# What a word says: of the title or the body that is typed, itself or another word for it.
IN_TITLE, IN_BODY, ANOTHER_WORD = 1.0, 0.4, 0.7
# Each word that is asked for brings the threads that have it or another word for the same; a rare
# one weighs more, a title more than an opening, and of a thread's words each that is asked once.
ALIKE = """
WITH asked AS (
    SELECT source, max(factor) AS factor, stem
    FROM unnest(%(words)s, %(sources)s, %(factors)s) AS typed (word, source, factor)
    CROSS JOIN LATERAL unnest(ts_lexize('english_stem', typed.word)) AS stem
    GROUP BY source, stem
), found AS (
    SELECT source, thread_id, max(factor * CASE WHEN in_title THEN 1.0 ELSE 0.5 END) AS strength
    FROM asked
    JOIN discussions_word word ON word.stem = asked.stem
    CROSS JOIN LATERAL (
        SELECT thread_id, in_title FROM discussions_threadword
        WHERE word_id = word.id AND community_id = %(community)s
        ORDER BY thread_id DESC LIMIT %(most)s
    ) standing
    GROUP BY source, thread_id
), talk AS (
    SELECT (10 + thread_count)::float AS threads FROM communities_community
    WHERE id = %(community)s
), rarity AS (
    SELECT source, ln(1 + threads / count(*)) AS rare FROM found, talk GROUP BY source, threads
)
SELECT thread_id FROM found JOIN rarity USING (source)
GROUP BY thread_id
HAVING sum(strength * rare) > (SELECT %(least)s * ln(threads) FROM talk)
ORDER BY sum(strength * rare) DESC, thread_id DESC LIMIT %(candidates)s
"""
LEAST_ALIKE = 0.6  # of what a word of the title alone is worth that no other thread has


class Typed(NamedTuple):
    """A word to look for, the place of the typed word that it stands for, and what it weighs."""

    word: str
    source: int
    factor: float


def similar_threads(viewer: Viewer, *, community: int, title: str, body: str = "") -> list[Thread]:
    """Find at most three threads of a community that say much the same, best first."""
    words = _words_typed(title, body)
    if not words:
        return []
    values: dict[str, Any] = {
        "words": [typed.word for typed in words],
        "sources": [typed.source for typed in words],
        "factors": [typed.factor for typed in words],
        "community": community,
        "most": THREADS_OF_A_WORD,
        "least": LEAST_ALIKE,
        "candidates": MOST_CANDIDATES,
    }
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, values)
        pks = [pk for (pk,) in cursor.fetchall()]
    threads = {thread.pk: thread for thread in _readable(viewer, pks=pks)} if pks else {}
    return [threads[pk] for pk in pks if pk in threads][:MOST_SIMILAR]


@prepared
def _readable(viewer: Viewer, *, pks: list[int]) -> QuerySet[Thread]:
    return Thread.objects.visible_to(viewer).published().filter(among("pk", pks)).for_list()


def _words_typed(title: str, body: str) -> list[Typed]:
    """List what to look for: the words, each meaning once, and other words for the same."""
    places: dict[str, int] = {}
    found: list[Typed] = []
    for text, most, factor in (
        (title, MOST_WORDS_OF_TITLE, IN_TITLE),
        (body, MOST_WORDS_OF_BODY, IN_BODY),
    ):
        for word in _plain_words(text)[:most]:
            others = _others_for(word)
            meaning = min(others, default=word)
            is_new = meaning not in places
            source = places.setdefault(meaning, len(places))
            found.append(Typed(word, source, factor))
            if is_new:
                found += [Typed(other, source, factor * ANOTHER_WORD) for other in others]
    return found


def _plain_words(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text[:LONGEST_READ].lower())
    return re.findall(r"[^\W_]{2,40}", "".join(c for c in letters if not unicodedata.combining(c)))


def _others_for(word: str) -> frozenset[str]:
    """Return the words for the same as a word, itself among them; none where there are none."""
    known = _synonyms()
    for ending in ENDINGS:
        if word.endswith(ending) and (base := word.removesuffix(ending)) in known:
            return known[base]
    return frozenset()


@cache
def _synonyms() -> dict[str, frozenset[str]]:
    lines = SYNONYMS.read_text(encoding="utf-8").splitlines()
    groups = [frozenset(line.split()) for line in lines if line and not line.startswith("#")]
    return {word: group for group in groups for word in group}
