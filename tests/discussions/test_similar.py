import sys

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from discussions.models import Thread
from discussions.services import Writing, open_thread, set_status
from discussions.similar import SYNONYMS, similar_threads
from tests.discussions.paraphrases import other_talk, pairs_of
from tests.factories import (
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


@pytest.mark.parametrize(("name", "least"), [("first_fifty", 0.8), ("later_twenty", 0.8)])
def test_similar_threads_finds_what_was_put_in_other_words(name, least, capsys):
    community, author = make_community(), make_user()
    pairs, others = pairs_of(name), other_talk()
    with transaction.atomic():
        told = [(pair.title, pair.opening) for pair in pairs]
        for title, opening in [*others[::2], *told, *others[1::2]]:
            open_thread(community, by=author, title=title, writing=Writing(opening))

    asked = [
        (
            pair,
            similar_threads(
                VISITOR, community=community.pk, title=pair.typed_title, body=pair.typed_opening
            ),
        )
        for pair in pairs
    ]
    by_title = [
        (pair, similar_threads(VISITOR, community=community.pk, title=pair.typed_title))
        for pair in pairs
    ]

    with capsys.disabled():
        for way, found in (("title and text", asked), ("title alone", by_title)):
            missed = [p.title for p, threads in found if p.title not in map(str, threads)]
            share = 1 - len(missed) / len(pairs)
            sys.stdout.write(f"\n{name} by {way}: {share:.0%} found; missed {missed}\n")
    missed = [p.title for p, threads in asked if p.title not in map(str, threads)]
    assert len(others) >= 300
    assert 1 - len(missed) / len(pairs) >= least, missed


def alike(title, viewer=VISITOR, community=None, body=""):
    community = community or Thread.objects.latest("pk").community
    found = similar_threads(viewer, community=community.pk, title=title, body=body)
    return [thread.title for thread in found]


@pytest.mark.parametrize(
    ("title", "body"),
    [
        *(("", ""), ("?!", "…"), ("the of and", ""), ("x" * 5000, "y " * 5000), ("a\0b", "\0")),
        *(("%s %(x)s", "'; --"), ("'" * 99, '"'), ("😀 \u202e", "ﬀ İ"), ("1 2 3", "&|!:*")),
    ],
)
def test_similar_threads_survives(title, body):
    make_thread(title="A heron by the weir")

    assert alike(title, body=body) == []


def test_similar_threads_are_three_at_most():
    community = make_community()
    for number in range(5):
        make_thread(community, title=f"Heron {number}")

    assert len(alike("A heron", community=community)) == 3


def test_similar_threads_are_of_the_community():
    here = make_thread(title="A heron by the weir").community
    make_thread(title="A heron by the mill")

    assert alike("Heron!", community=here) == ["A heron by the weir"]


def test_similar_threads_are_what_the_reader_may_see(cast):
    closed = make_community(visibility="members")
    member = make_user()
    make_membership(member, closed)
    make_thread(closed, title="A heron by the weir")

    assert alike("Heron at the weir", community=closed) == []
    assert alike("Heron at the weir", member, closed) == ["A heron by the weir"]


@pytest.mark.parametrize("status", ["hidden", "withdrawn"])
def test_similar_threads_leave_out_what_was_taken_back(cast, status):
    thread = make_thread(title="A heron by the weir")
    post = thread.posts.get()
    make_decision(post, verb="hide", rule="other", reason="Test.")
    assert alike("Heron at the weir") == ["A heron by the weir"]

    set_status(post, status, by=cast.moderator)

    for viewer in (VISITOR, thread.author, cast.moderator):
        assert alike("Heron at the weir", viewer) == []


def test_similar_threads_leave_out_what_is_held():
    make_thread(make_community(hold_first_posts=True), title="A heron by the weir")

    assert alike("Heron at the weir") == []


def test_similar_threads_are_best_first():
    for title in ("The weir", "A heron by the weir at dawn", "Dawn over the weir"):
        make_thread(make_community() if title == "The weir" else None, title=title)
    here = Thread.objects.latest("pk").community
    Thread.objects.update(community=here)

    assert alike("Heron by the weir at dawn", community=here) == [
        "A heron by the weir at dawn",
        "Dawn over the weir",
        "The weir",
    ]


def test_similar_threads_say_nothing_of_a_hidden_opening(cast):
    thread = make_thread(title="What a day", body="A kestrel sat on the culvert.")
    make_post(thread)
    post = thread.posts.get(number=1)
    make_decision(post, verb="hide", rule="other", reason="Test.")
    assert alike("Kestrel, culvert") == ["What a day"]

    set_status(post, "hidden", by=cast.moderator)

    assert alike("Kestrel, culvert") == []
    assert alike("What a day it was") == ["What a day"]


def test_similar_threads_follow_a_thread_to_another_community():
    thread = make_thread(title="A heron by the weir")
    left, there = thread.community, make_community()

    Thread.objects.filter(pk=thread.pk).update(community=there)

    assert alike("Heron at the weir", community=there) == ["A heron by the weir"]
    assert alike("Heron at the weir", community=left) == []


def test_every_synonym_stands_in_one_line():
    lines = SYNONYMS.read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]

    assert sorted(set(words)) == sorted(words)
    assert all(word.isalpha() and word.islower() for word in words)
