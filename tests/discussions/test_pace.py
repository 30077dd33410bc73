from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from communities.models import Community
from communities.permissions import membership_of
from discussions.models import Post, Thread
from discussions.permissions import Hindrance, Why, pace_of, why_not
from discussions.services import Writing, reply, set_status, start_thread
from questions.services import open_question
from tests.factories import (
    make_capacity,
    make_community,
    make_membership,
    make_post,
    make_question,
    make_thread,
)

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def slow(cast):
    thread = make_thread(cast.community, author=cast.neighbour)
    return slowed(thread)


@pytest.fixture
def capped(cast):
    Community.objects.filter(pk=cast.community.pk).update(posts_per_day=2)
    cast.community.refresh_from_db()
    return make_thread(cast.community, author=cast.neighbour)


def slowed(thread, minutes=30):
    Thread.objects.filter(pk=thread.pk).update(slow_minutes=minutes)
    return Thread.objects.select_related("community").get(pk=thread.pk)


def write(person, thread, words="Hello."):
    return reply(thread, by=person, writing=Writing(words))


def make_older(post, **by):
    Post.objects.filter(pk=post.pk).update(created_at=post.created_at - timedelta(**by))


def rules_for(viewer, place):
    community = place.community if isinstance(place, Thread) else place
    return pace_of(viewer, place, membership_of(viewer, community)).rules


def test_slow_thread_makes_a_writer_wait(cast, slow):
    post = write(cast.resident, slow)

    hindrance = why_not(cast.resident, slow)

    assert (hindrance.why, hindrance.until) == (
        Why.SLOW,
        post.created_at + timedelta(minutes=30),
    )
    with pytest.raises(ValidationError, match=r"this thread is slow\. You can write again"):
        write(cast.resident, slow)
    assert Post.objects.filter(author=cast.resident).count() == 1


def test_slow_thread_lets_a_writer_in_again(cast, slow):
    make_older(write(cast.resident, slow), minutes=31)

    write(cast.resident, slow)

    assert Post.objects.filter(author=cast.resident).count() == 2


def test_slow_thread_does_not_slow_others_or_other_threads(cast, slow):
    write(cast.resident, slow)

    assert why_not(cast.councillor, slow) is None
    assert why_not(cast.resident, make_thread(cast.community)) is None


def test_slow_thread_counts_a_post_that_waits_for_staff(cast, slow):
    User.objects.filter(pk=cast.resident.pk).update(
        posts_held_until=timezone.now() + timedelta(days=1)
    )
    cast.resident.refresh_from_db()
    post = write(cast.resident, slow)

    assert post.status == "pending"
    assert why_not(cast.resident, slow).why == Why.SLOW


def test_slow_thread_counts_from_writing_not_from_approval(cast, slow):
    User.objects.filter(pk=cast.resident.pk).update(
        posts_held_until=timezone.now() + timedelta(days=1)
    )
    cast.resident.refresh_from_db()
    post = write(cast.resident, slow)
    make_older(post, minutes=31)
    set_status(post, "published", by=cast.moderator)

    assert why_not(cast.resident, slow) is None


def test_moderator_keeps_no_pace_and_an_ambassador_does(cast, slow):
    make_membership(cast.moderator, cast.community)
    for person in (cast.moderator, cast.ambassador):
        write(person, slow)

    assert why_not(cast.moderator, slow) is None
    assert why_not(cast.ambassador, slow).why == Why.SLOW


def test_councillor_is_not_slowed_in_a_question(cast):
    question = open_question(
        make_question(seat=cast.seat, author=cast.resident, community=cast.community),
        by=cast.moderator,
    )
    thread = slowed(question.thread)
    for person in (cast.councillor, cast.neighbour):
        write(person, thread)

    assert why_not(cast.councillor, thread) is None
    assert why_not(cast.neighbour, thread).why == Why.SLOW


@pytest.mark.parametrize("office", ["officer", "councillor"])
def test_office_alone_frees_nobody_from_the_pace(cast, office):
    question = open_question(
        make_question(seat=cast.seat, author=cast.resident, community=cast.community),
        by=cast.moderator,
    )
    make_capacity(cast.neighbour, body=cast.body)
    writers = {"officer": cast.neighbour, "councillor": cast.councillor}
    # Councillors are what a question is for; officers are not, and neither in a conversation.
    places = {"officer": question.thread, "councillor": make_thread(cast.community)}
    thread = slowed(places[office])

    write(writers[office], thread)

    assert why_not(writers[office], thread).why == Why.SLOW


@pytest.mark.parametrize("office", ["officer", "councillor"])
def test_office_has_as_many_posts_a_day_as_everybody(cast, capped, office):
    make_capacity(cast.neighbour, body=cast.body)
    writer = {"officer": cast.neighbour, "councillor": cast.councillor}[office]

    assert rules_for(writer, cast.community)[0].endswith("of 2 posts left today.")


def test_question_sent_in_does_not_use_up_the_day(cast, capped):
    for _number in range(2):
        question = make_question(seat=cast.seat, author=cast.resident, community=cast.community)
        open_question(question, by=cast.moderator)

    assert rules_for(cast.resident, capped) == ["2 of 2 posts left today."]


def test_cap_counts_threads_and_replies_of_the_community(cast, capped):
    start_thread(cast.community, by=cast.resident, title="A bench", writing=Writing("Broken."))
    assert rules_for(cast.resident, capped) == ["1 of 2 posts left today."]
    write(cast.resident, capped)

    hindrance = why_not(cast.resident, cast.community)

    tomorrow = timezone.localdate() + timedelta(days=1)
    assert hindrance.why == Why.CAP
    assert timezone.localtime(hindrance.until).date() == tomorrow
    for act in (
        lambda: write(cast.resident, capped),
        lambda: start_thread(
            cast.community, by=cast.resident, title="More", writing=Writing("More.")
        ),
    ):
        with pytest.raises(ValidationError, match="used up your posts"):
            act()
    other = make_community()
    make_membership(cast.resident, other)
    assert why_not(cast.resident, other) is None


def test_cap_counts_withdrawn_posts(cast, capped):
    for _number in range(2):
        set_status(write(cast.resident, capped), "withdrawn", by=cast.resident)

    assert why_not(cast.resident, capped).why == Why.CAP


@pytest.mark.parametrize(
    ("written", "why"),
    [((2026, 6, 9, 23, 50), None), ((2026, 6, 10, 0, 5), Why.CAP)],
)
def test_cap_begins_anew_at_midnight_where_the_site_is(cast, capped, written, why):
    for _number in range(2):
        post = write(cast.resident, capped)
        at = datetime(*written, tzinfo=LONDON)
        Post.objects.filter(pk=post.pk).update(created_at=at, published_at=at)
    night = datetime(2026, 6, 10, 0, 10, tzinfo=LONDON)  # in summer, so ten past 11 elsewhere

    with time_machine.travel(night):
        hindrance = why_not(cast.resident, capped)
        words = hindrance.words if hindrance else ""

    assert (hindrance and hindrance.why) == why
    assert words.endswith("You can write again on Thursday 11 June at 00:00.") == bool(why)


@pytest.mark.parametrize(
    ("until", "ends"),
    [
        ((2026, 6, 10, 14, 0), "at 14:00"),
        ((2026, 6, 11, 14, 0), "on Thursday 11 June at 14:00"),
        ((2027, 6, 10, 14, 0), "on 10 June 2027 at 14:00"),
    ],
)
def test_moment_of_today_is_named_without_its_day(until, ends):
    hindrance = Hindrance(Why.SILENCED, datetime(*until, tzinfo=LONDON))

    with time_machine.travel(datetime(2026, 6, 10, 13, 0, tzinfo=LONDON)):
        words = hindrance.words

    assert words.endswith(f"You can write again {ends}.")


def test_newcomer_is_told_that_the_first_post_is_read(cast):
    Community.objects.filter(pk=cast.community.pk).update(hold_first_posts=True)
    cast.community.refresh_from_db()

    before = rules_for(cast.resident, cast.community)
    with transaction.atomic():
        thread = start_thread(
            cast.community, by=cast.resident, title="A bench", writing=Writing("Broken.")
        )
    set_status(thread.posts.get(), "published", by=cast.moderator)

    assert before == ["Staff or ambassadors read your first post before it appears."]
    assert rules_for(cast.resident, cast.community) == []


def test_plain_place_has_no_rules_and_asks_for_the_allowance_alone(cast, django_assert_num_queries):
    thread = Thread.objects.select_related("community").get(pk=make_thread(cast.community).pk)
    membership = membership_of(cast.resident, cast.community)

    with django_assert_num_queries(1):
        pace = pace_of(cast.resident, thread, membership)

    assert (pace.hindrance, pace.rules) == (None, [])


@pytest.mark.parametrize("which", ["slow", "capped"])
def test_rule_that_is_switched_on_asks_little(cast, request, django_assert_num_queries, which):
    thread = request.getfixturevalue(which)
    thread = Thread.objects.select_related("community").get(pk=thread.pk)
    membership = membership_of(cast.resident, cast.community)
    pace_of(cast.resident, thread, membership)

    # whether they moderate here, what they wrote here, how much anywhere
    with django_assert_num_queries(3):
        pace_of(cast.resident, thread, membership)


def test_form_sent_twice_in_a_slow_thread_is_one_post(cast, slow):
    writing = Writing("Hello.", submit_key=uuid4())

    first = reply(slow, by=cast.resident, writing=writing)
    second = reply(slow, by=cast.resident, writing=writing)

    assert first == second


def test_reply_of_a_member_is_counted_once(cast, capped):
    make_post(capped, author=cast.resident)

    assert rules_for(cast.resident, capped) == ["1 of 2 posts left today."]
