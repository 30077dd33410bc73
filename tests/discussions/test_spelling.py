import random
import string
import sys

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from discussions.models import Thread
from discussions.search import find_posts
from discussions.services import Writing, open_thread, set_status
from discussions.spelling import is_slip, readings_of
from tests.discussions.paraphrases import other_talk, pairs_of
from tests.factories import (
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
    make_user,
)

VISITOR = AnonymousUser()
WORDS_MISTYPED = 200


def mistyped(word, way, chance):
    at = chance.randrange(len(word) - (way == "swap"))
    letter = chance.choice(string.ascii_lowercase.replace(word[at], ""))
    return {
        "insert": word[:at] + letter + word[at:],
        "delete": word[:at] + word[at + 1 :],
        "replace": word[:at] + letter + word[at + 1 :],
        "swap": word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    }[way]


def look(words):
    """Look as the page does: for what was typed, then for what may have been meant."""
    hits = find_posts(VISITOR, words)
    if not hits and (readings := readings_of(VISITOR, words)):
        hits = find_posts(VISITOR, " or ".join(readings))
    return {post.thread_id for post in hits[:20]}


@pytest.mark.django_db
def test_a_letter_amiss_in_a_title_finds_its_thread(capsys):
    community, author, chance = make_community(), make_user(), random.Random(2026)
    told = [(pair.title, pair.opening) for pair in pairs_of("first_fifty")]
    told += [(pair.title, pair.opening) for pair in pairs_of("later_twenty")]
    with transaction.atomic():
        threads = [
            open_thread(community, by=author, title=title, writing=Writing(opening))
            for title, opening in [*other_talk()[::4], *told]
        ]
    words = [
        (thread, word)
        for thread in threads[-len(told) :]
        for word in thread.title.lower().replace("'", " ").split()
        if len(word) > 3 and word.isalpha() and look(word) >= {thread.pk}
    ]
    chosen = chance.sample(words, WORDS_MISTYPED)
    ways = ["insert", "delete", "replace", "swap"] * (WORDS_MISTYPED // 4)
    asked = [
        (thread, word, mistyped(word, way, chance))
        for (thread, word), way in zip(chosen, ways, strict=True)
    ]

    missed = [(word, typed) for thread, word, typed in asked if thread.pk not in look(typed)]

    share = 1 - len(missed) / len(asked)
    with capsys.disabled():
        sys.stdout.write(f"\nslips in {len(asked)} words: {share:.1%} found; missed {missed}\n")
    assert share >= 0.95


@pytest.mark.parametrize(
    ("typed", "word", "expected"),
    [
        *(("hern", "heron", True), ("heeron", "heron", True), ("hezon", "heron", True)),
        *(("hreon", "heron", True), ("heorn", "heron", True), ("eron", "heron", True)),
        *(("heronn", "heron", True), ("heron", "heron", False), ("hreno", "heron", False)),
        *(("hezzn", "heron", False), ("her", "heron", False), ("xhreon", "heron", False)),
    ],
)
def test_is_slip(typed, word, expected):
    assert is_slip(typed, word) is expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("heorn", ["heron"]),
        ("HEORN", ["heron"]),
        ("héorn", ["heron"]),
        ("heorn weri", ["heron weir"]),
        ('"a heorn" -heorn', ['"a heron" -heorn']),
        ("heron", []),
        ("heorn1", []),
        ("herno-weir", ["heron-weir"]),
        ("or", []),
        ("", []),
        ("zzzzz heorn", ["zzzzz heron"]),
        ("mill", []),
    ],
)
def test_readings_of(typed, readings):
    make_thread(title="A heron by the weir", body="And the mall.")

    assert readings_of(VISITOR, typed) == readings


@pytest.mark.django_db
def test_readings_of_a_doubtful_word_are_few():
    for title in ("Barn", "Bark", "Bare", "Bars", "Bard"):
        make_thread(title=title)

    assert len(readings_of(VISITOR, "barz")) == 3
    assert len(readings_of(VISITOR, "barz barz barz")) == 4


@pytest.mark.django_db
def test_readings_tell_no_word_that_the_reader_may_not_see(cast):
    closed = make_community(visibility="members")
    member = make_user()
    make_membership(member, closed)
    make_thread(closed, title="A heron")
    held = make_thread(make_community(hold_first_posts=True), title="A kestrel")
    hidden = make_thread(title="An otter")
    post = hidden.posts.get()
    make_decision(post, verb="hide", rule="other", reason="Test.")
    set_status(post, "hidden", by=member)
    withdrawn = make_thread(title="A badger")
    set_status(withdrawn.posts.get(), "withdrawn", by=member)

    assert held.status == Thread.Status.PENDING
    assert [readings_of(VISITOR, typed) for typed in ("heorn", "kestrle", "ottre", "bagder")] == [
        *([], [], [], [])
    ]
    assert readings_of(member, "heorn") == ["heron"]


@pytest.mark.django_db
def test_readings_tell_a_word_again_when_its_thread_is_shown_again(cast):
    thread = make_thread(title="An otter")
    post = thread.posts.get()
    make_decision(post, verb="hide", rule="other", reason="Test.")
    set_status(post, "hidden", by=cast.moderator)
    assert readings_of(VISITOR, "ottre") == []

    set_status(post, "published", by=cast.moderator)

    assert readings_of(VISITOR, "ottre") == ["otter"]


@pytest.mark.django_db
def test_known_word_is_not_taken_for_another_one():
    make_thread(title="The mill")
    make_thread(title="The mall")

    assert readings_of(VISITOR, "mill") == []
    assert readings_of(VISITOR, "mill heorn mal") == ["mill heorn mall"]


@pytest.mark.django_db
def test_likeliest_reading_comes_first():
    for title in ("A mill", "A bell", "A bil", "A blil"):
        make_thread(title=title)

    assert readings_of(VISITOR, "bill") == ["blil", "bell", "bil"]


@pytest.mark.django_db
def test_readings_are_sought_for_a_few_words():
    make_thread(title="The heron")

    assert readings_of(VISITOR, f"{'zzz ' * 7}heorn") == [f"{'zzz ' * 7}heron"]
    assert readings_of(VISITOR, f"{'zzz ' * 8}heorn") == []


@pytest.mark.django_db
def test_readings_tell_an_author_no_word_that_others_cannot_find(cast):
    author = make_user()
    post = make_thread(author=author, title="A kestrel").posts.get()
    make_decision(post, verb="hide", rule="other", reason="Test.")
    set_status(post, "hidden", by=cast.moderator)

    assert readings_of(author, "kestrle") == []
    assert readings_of(cast.moderator, "kestrle") == []


@pytest.mark.django_db
def test_readings_come_from_titles_alone():
    make_post(make_thread(title="A bench", body="The heron."), body="An otter.")

    assert readings_of(VISITOR, "heorn") == readings_of(VISITOR, "ottre") == []
