"""What somebody may have meant to type: words of titles that they can read, one letter off."""

import re
import unicodedata
from itertools import islice, product

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from communities.models import Viewer
from communities.prepared import among, prepared
from discussions.models import Thread, ThreadWord, Word, readable_threads

MOST_WORDS = 8
MOST_READINGS_OF_A_WORD, MOST_READINGS = 3, 4
MOST_NEAR = 500
# Each part by itself: of many at once, the database may compare those of every word there is.
NEAR = """
SELECT DISTINCT word.id, word.text FROM unnest(%s::varchar[]) AS part
JOIN LATERAL (SELECT id, text FROM discussions_word WHERE near @> ARRAY[part]) AS word ON true
LIMIT %s
"""
# A word of letters that is not left out by a minus before it.
WORD = re.compile(r"(?<![\w-])[^\W\d_]{3,40}(?!\w)|(?<=\w-)[^\W\d_]{3,40}(?!\w)")


def readings_of(viewer: Viewer, words: str) -> list[str]:
    """Return what was typed with each unknown word in its likeliest readings; [] if all are known.

    Known are words of titles that the reader may see, and no other word is ever told.
    """
    typed = list(islice(WORD.finditer(words), MOST_WORDS))
    readings = _readings_of_each(viewer, {plain(match[0]) for match in typed}) if typed else {}
    doubtful = [match for match in typed if readings.get(plain(match[0]))]
    if not doubtful:
        return []
    choices = product(*(readings[plain(match[0])] for match in doubtful))
    return [_replaced(words, doubtful, choice) for choice in islice(choices, MOST_READINGS)]


def plain(word: str) -> str:
    """Return a word without capitals and accents, as the words of titles are kept."""
    letters = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def is_slip(typed: str, word: str) -> bool:
    """Say whether one letter put in, left out, put wrong or swapped makes one word of another."""
    if typed == word or abs(len(typed) - len(word)) > 1:
        return False
    at = next(
        (n for n, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b),
        min(len(typed), len(word)),
    )
    if len(typed) > len(word):
        return typed[at + 1 :] == word[at:]
    if len(typed) < len(word):
        return typed[at:] == word[at + 1 :]
    swapped = typed[at : at + 2] == word[at : at + 2][::-1]
    return typed[at + 1 :] == word[at + 1 :] or (swapped and typed[at + 2 :] == word[at + 2 :])


def _readings_of_each(viewer: Viewer, typed: set[str]) -> dict[str, list[str]]:
    """Return the words that each was meant for, likeliest first; none for one that is known."""
    close = {
        pk: text
        for pk, text in _words_near(set().union(*map(_near, typed)))
        if text in typed or any(is_slip(each, text) for each in typed)
    }
    if not close:
        return {}
    told = {word.text for word in _in_titles(viewer, pks=list(close))}
    return {
        each: sorted(
            (word for word in told if is_slip(each, word)), key=lambda word: _effort(each, word)
        )[:MOST_READINGS_OF_A_WORD]
        for each in typed - told
    }


def _words_near(parts: set[str]) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(NEAR, [sorted(parts), MOST_NEAR])
        return cursor.fetchall()


@prepared
def _in_titles(viewer: Viewer, *, pks: list[int]) -> QuerySet[Word]:
    titles = ThreadWord.objects.filter(
        readable_threads(viewer, "thread__"),
        thread__status=Thread.Status.PUBLISHED,
        word=OuterRef("pk"),
        in_title=True,
    )
    return Word.objects.filter(among("pk", pks), Exists(titles)).only("text")


def _near(word: str) -> set[str]:
    return {word, *(word[:letter] + word[letter + 1 :] for letter in range(len(word)))}


def _effort(typed: str, word: str) -> tuple[bool, bool, int, str]:
    """Order what may have been meant: people get the first letter right, and swap or leave out."""
    return typed[0] != word[0], sorted(typed) != sorted(word), len(typed) - len(word), word


def _replaced(words: str, matches: list[re.Match[str]], choice: tuple[str, ...]) -> str:
    for match, word in reversed(list(zip(matches, choice, strict=True))):
        words = words[: match.start()] + word + words[match.end() :]
    return words
