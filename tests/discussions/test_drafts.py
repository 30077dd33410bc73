from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.markup import LONGEST_TEXT
from discussions.models import Draft, Post
from discussions.services import (
    Writing,
    discard_draft,
    draft_for,
    prune_drafts,
    reply,
    save_draft,
    start_thread,
)
from discussions.services.drafts import MOST_DRAFTS
from tests.factories import make_community, make_membership, make_post, make_thread, make_user
from townhall import reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_user()


@pytest.fixture
def thread(person):
    thread = make_thread()
    make_membership(person, thread.community)
    return thread


def test_draft_is_one_for_each_place_and_person(person, thread):
    post = make_post(thread, author=person)
    places = [thread.community, thread, post]
    for place in places:
        save_draft(place, by=person, body="First.")
    save_draft(thread, by=make_user(), body="Somebody else’s.")

    for place in places:
        save_draft(place, by=person, title="Second", body="Second.")

    drafts = [draft_for(place, by=person) for place in places]
    assert [(draft.title, draft.body) for draft in drafts] == [("Second", "Second.")] * 3
    assert Draft.objects.count() == 4


def test_draft_saved_again_is_newer(person, thread):
    first = save_draft(thread, by=person, body="First.")
    second = save_draft(thread, by=person, body="First.")

    assert draft_for(thread, by=person).updated_at == second.updated_at > first.updated_at


@pytest.mark.parametrize("words", [("", ""), (" \n", " ")])
def test_draft_without_words_is_none(person, thread, words):
    save_draft(thread, by=person, body="First.")

    saved = save_draft(thread, by=person, body=words[0], title=words[1])

    assert (saved, draft_for(thread, by=person)) == (None, None)


def test_draft_keeps_a_title_alone(person, thread):
    assert save_draft(thread.community, by=person, body="", title="Heron").title == "Heron"


@pytest.mark.parametrize(
    "words", [{"body": "x" * (LONGEST_TEXT + 1)}, {"body": "", "title": "x" * 151}]
)
def test_draft_too_long_to_send_is_refused(person, thread, words):
    with pytest.raises(ValidationError, match="too long"):
        save_draft(thread, by=person, **words)


def test_draft_holds_nothing_that_a_database_cannot(person, thread):
    assert save_draft(thread, by=person, body="a\x00b\ud800").body == "ab?"


def test_drafts_of_one_person_are_bounded(person, thread):
    places = [make_community() for _ in range(MOST_DRAFTS)]
    for place in places:
        save_draft(place, by=person, body="Words.")

    with pytest.raises(ValidationError, match="100 drafts"):
        save_draft(thread, by=person, body="Words.")
    assert save_draft(places[0], by=person, body="Other words.")


def test_sending_deletes_the_draft_of_that_place_alone(person, thread):
    for place in (thread.community, thread):
        save_draft(place, by=person, body="Words.")
    other = save_draft(thread, by=make_user(), body="Words.")

    reply(thread, by=person, writing=Writing("Words."))
    assert set(Draft.objects.all()) == {draft_for(thread.community, by=person), other}
    start_thread(thread.community, by=person, title="Heron", writing=Writing("Words."))

    assert set(Draft.objects.all()) == {other}


def test_refused_post_leaves_the_draft(person, thread):
    save_draft(thread, by=person, body="Words.")
    thread.is_locked = True
    thread.save()

    with pytest.raises(ValidationError):
        reply(thread, by=person, writing=Writing("Words."))

    assert draft_for(thread, by=person)


def test_draft_that_arrives_after_its_post_is_not_kept(person, thread):
    key = uuid4()
    reply(thread, by=person, writing=Writing("Words.", submit_key=key))

    assert save_draft(thread, by=person, body="Words.", submit_key=key) is None
    assert not Draft.objects.exists()
    assert Post.objects.filter(body="Words.").count() == 1


def test_draft_can_be_thrown_away(person, thread):
    save_draft(thread, by=person, body="Words.")

    discard_draft(thread, by=person)

    assert draft_for(thread, by=person) is None


def test_old_drafts_are_forgotten(person, thread):
    save_draft(thread, by=person, body="Old.")
    Draft.objects.filter(user=person).update(updated_at=timezone.now() - timedelta(days=31))
    save_draft(thread.community, by=person, body="New.")

    assert sum(prune_drafts(timezone.now() - timedelta(days=30))) == 1

    assert [draft.body for draft in Draft.objects.all()] == ["New."]


def test_drafts_are_listed_newest_first_and_open_only_in_places_one_may_see(person, thread):
    hidden = make_community(visibility="members")
    post = make_post(thread, author=person)
    for place in (thread, thread.community, post, hidden, make_thread(hidden)):
        save_draft(place, by=person, body="Words.")
    save_draft(thread, by=make_user(), body="Somebody else’s.")

    drafts = reading.drafts_of(person, user=person.pk)

    assert len(drafts) == 5
    shown = [draft for draft in drafts if draft.is_open]
    assert [draft.post or draft.community or draft.thread for draft in shown] == [
        post,
        thread.community,
        thread,
    ]
