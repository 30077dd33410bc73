import time as clock
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communities.models import Community, Membership
from communities.permissions import membership_of
from discussions.models import Post, Thread
from discussions.permissions import Why, pace_of, why_not
from discussions.services import Writing, reply, set_locked, set_status, start_thread
from questions.services import open_question
from tests.factories import (
    make_community,
    make_membership,
    make_post,
    make_question,
    make_thread,
    make_user,
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


def test_plain_place_has_no_rules_and_asks_nothing(cast, django_assert_num_queries):
    thread = Thread.objects.select_related("community").get(pk=make_thread(cast.community).pk)
    membership = membership_of(cast.resident, cast.community)

    with django_assert_num_queries(0):
        pace = pace_of(cast.resident, thread, membership)

    assert (pace.hindrance, pace.rules) == (None, [])


@pytest.mark.parametrize("which", ["slow", "capped"])
def test_rule_that_is_switched_on_asks_little(cast, request, django_assert_num_queries, which):
    thread = request.getfixturevalue(which)
    thread = Thread.objects.select_related("community").get(pk=thread.pk)
    membership = membership_of(cast.resident, cast.community)
    pace_of(cast.resident, thread, membership)

    with django_assert_num_queries(2):  # whether they moderate here, what they wrote
        pace_of(cast.resident, thread, membership)


def test_form_sent_twice_in_a_slow_thread_is_one_post(cast, slow):
    writing = Writing("Hello.", submit_key=uuid4())

    first = reply(slow, by=cast.resident, writing=writing)
    second = reply(slow, by=cast.resident, writing=writing)

    assert first == second


HINDRANCES = {
    "archived": "This community is archived",
    "locked": "This thread is locked",
    "suspended": "Your account is suspended. You can write again on",
    "silenced": "You are silenced in this community. You can write again on",
    "slow": "this thread is slow. You can write again",
    "capped": "used up your posts in this community for today. You can write again on",
}


def hinder(cast, thread, what):
    future = timezone.now() + timedelta(days=3)
    if what in {"slow", "capped"}:
        write(cast.resident, thread)
    {
        "archived": lambda: Community.objects.update(archived_at=timezone.now()),
        "locked": lambda: set_locked(thread, True, by=cast.moderator),
        "suspended": lambda: User.objects.filter(pk=cast.resident.pk).update(
            suspended_until=future
        ),
        "silenced": lambda: Membership.objects.filter(user=cast.resident).update(
            silenced_until=future
        ),
        "slow": lambda: slowed(thread),
        "capped": lambda: Community.objects.update(posts_per_day=1),
    }[what]()


@pytest.mark.parametrize(("what", "words"), HINDRANCES.items())
def test_thread_page_says_why_one_cannot_write(cast, client_of, what, words):
    thread = make_thread(cast.community, author=cast.neighbour)
    hinder(cast, thread, what)

    html = client_of(cast.resident).get(thread.get_absolute_url()).content.decode()

    assert words in html
    assert 'name="body"' not in html


@pytest.mark.parametrize(("what", "words"), HINDRANCES.items())
def test_reply_that_is_too_soon_keeps_the_words(cast, client_of, what, words):
    thread = make_thread(cast.community, author=cast.neighbour)
    hinder(cast, thread, what)

    response = client_of(cast.resident).post(
        reverse("discussions:post-create", args=[thread.pk]), {"body": "Typed for an hour."}
    )

    html = response.content.decode()
    assert response.status_code == 200
    assert words in html
    assert "Typed for an hour." in html
    assert not Post.objects.filter(body="Typed for an hour.").exists()


@pytest.mark.parametrize("what", ["archived", "suspended", "silenced", "capped"])
def test_thread_that_may_not_be_started_keeps_the_words(cast, client_of, what):
    hinder(cast, make_thread(cast.community, author=cast.neighbour), what)

    response = client_of(cast.resident).post(
        reverse("discussions:thread-create", args=[cast.community.slug]),
        {"title": "A bench", "body": "Typed for an hour."},
    )

    html = response.content.decode()
    assert response.status_code == 200
    assert HINDRANCES[what] in html
    assert "Typed for an hour." in html
    assert not Thread.objects.filter(title="A bench").exists()


@pytest.mark.parametrize(
    ("what", "status"),
    [("archived", 403), ("suspended", 403), ("silenced", 403), ("slow", 200), ("capped", 200)],
)
def test_page_to_reply_says_why_one_cannot_write(cast, client_of, what, status):
    thread = make_thread(cast.community, author=cast.neighbour)
    hinder(cast, thread, what)

    response = client_of(cast.resident).get(reverse("discussions:post-create", args=[thread.pk]))

    html = response.content.decode()
    assert response.status_code == status
    assert HINDRANCES[what] in html
    assert 'name="body"' not in html


def test_pace_is_shown_above_the_composer(cast, slow, client_of):
    Community.objects.filter(pk=cast.community.pk).update(posts_per_day=5)

    html = client_of(cast.resident).get(slow.get_absolute_url()).content.decode()

    assert "One post every 30 minutes here." in html
    assert "5 of 5 posts left today." in html
    assert html.index("5 of 5 posts left today.") < html.index('name="body"')


def test_visitor_is_asked_to_sign_in_whatever_the_pace(cast, slow, client):
    html = client.get(slow.get_absolute_url()).content.decode()

    assert why_not(AnonymousUser(), slow).why == Why.SIGN_IN
    assert "sign in and join" in html


def refused_while(first, second):
    """Run `second` while `first` is not yet committed; return what it raised."""

    def run():
        try:
            second()
        except ValidationError as error:
            return error.messages
        finally:
            connection.close()
        return []

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            future = pool.submit(run)
            wait_for_a_lock()
        return future.result(timeout=20)


def wait_for_a_lock():
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        clock.sleep(0.02)
    pytest.fail("the second never waited for the first")


@pytest.mark.django_db(transaction=True)
def test_two_replies_at_once_in_a_slow_thread_are_one():
    person = make_user()
    thread = make_thread()
    make_membership(person, thread.community)
    thread = slowed(thread)

    told = refused_while(
        lambda: write(person, thread, "One."), lambda: write(person, thread, "Two.")
    )

    assert "this thread is slow" in told[0]
    assert Post.objects.filter(author=person).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_replies_at_once_in_two_threads_keep_the_cap():
    person, community = make_user(), make_community(posts_per_day=1)
    threads = [make_thread(community), make_thread(community)]
    make_membership(person, community)

    told = refused_while(lambda: write(person, threads[0]), lambda: write(person, threads[1]))

    assert "used up your posts" in told[0]
    assert Post.objects.filter(author=person).count() == 1


@pytest.mark.django_db(transaction=True)
def test_reply_and_thread_at_once_keep_the_cap():
    person, community = make_user(), make_community(posts_per_day=1)
    thread = make_thread(community)
    make_membership(person, community)

    told = refused_while(
        lambda: write(person, thread),
        lambda: start_thread(community, by=person, title="More", writing=Writing("More.")),
    )

    assert "used up your posts" in told[0]
    assert Post.objects.filter(author=person).count() == 1


def test_reply_of_a_member_is_counted_once(cast, capped):
    make_post(capped, author=cast.resident)

    assert rules_for(cast.resident, capped) == ["1 of 2 posts left today."]
