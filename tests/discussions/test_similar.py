import sys

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from discussions.services import Writing, open_thread
from discussions.similar import similar_threads
from tests.discussions.paraphrases import other_talk, pairs_of
from tests.factories import make_community, make_user

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
