from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Announcement, AuditEntry
from communities.models import Community
from discussions import services
from discussions.models import Follow, Post, Thread, Visit
from discussions.services import Writing
from tests.factories import (
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_start_thread_publishes_first_post_and_counts(cast):
    thread = services.start_thread(
        cast.community, by=cast.resident, title="  Bins  on\nMonday ", writing=Writing("Which day?")
    )

    post = thread.posts.get()
    assert (thread.title, thread.status) == ("Bins on Monday", Thread.Status.PUBLISHED)
    assert (post.number, post.status, post.html) == (1, "published", "<p>Which day?</p>\n")
    assert (thread.post_count, thread.last_number) == (1, 1)
    assert Community.objects.get(pk=cast.community.pk).thread_count == 1
    assert Announcement.objects.get().subject_id == post.pk
    assert Follow.objects.get().user == cast.resident


def test_start_thread_twice_with_one_key_starts_one(cast):
    writing = Writing("Which day?", submit_key=uuid4())

    first = services.start_thread(cast.community, by=cast.resident, title="Bins", writing=writing)
    second = services.start_thread(cast.community, by=cast.resident, title="Bins", writing=writing)

    assert first == second
    assert Thread.objects.count() == 1


def test_start_thread_refuses_an_outsider(cast):
    with pytest.raises(ValidationError):
        services.start_thread(cast.community, by=cast.outsider, title="Bins", writing=Writing("x"))

    assert Thread.objects.count() == 0


def test_reply_numbers_posts_and_moves_the_thread_up(cast):
    thread = make_thread(cast.community)
    before = thread.last_post_at

    post = services.reply(thread, by=cast.resident, writing=Writing("Yes."))

    thread.refresh_from_db()
    assert post.number == 2
    assert (thread.post_count, thread.last_number) == (2, 2)
    assert thread.last_post_at > before
    assert Visit.objects.get(user=cast.resident).last_number == 2


def test_reply_twice_with_one_key_adds_one_post(cast):
    thread = make_thread(cast.community)
    writing = Writing("Yes.", submit_key=uuid4())

    posts = [services.reply(thread, by=cast.resident, writing=writing) for _ in range(2)]

    assert posts[0] == posts[1]
    assert thread.posts.count() == 2


@pytest.mark.parametrize("state", ["locked", "suspended", "silenced", "archived", "outsider"])
def test_reply_refuses(cast, state):
    thread = make_thread(cast.community)
    soon = timezone.now() + timedelta(days=1)
    author = cast.outsider if state == "outsider" else cast.resident
    if state == "locked":
        services.set_locked(thread, True, by=cast.moderator)
    elif state == "suspended":
        author.suspended_until = soon
        author.save()
    elif state == "silenced":
        author.memberships.update(silenced_until=soon)
    elif state == "archived":
        Community.objects.update(archived_at=timezone.now())

    with pytest.raises(ValidationError):
        services.reply(thread, by=author, writing=Writing("Yes."))

    assert thread.posts.count() == 1


def test_suspension_in_the_past_does_not_refuse(cast):
    thread = make_thread(cast.community)
    cast.resident.suspended_until = timezone.now() - timedelta(minutes=1)
    cast.resident.save()

    post = services.reply(thread, by=cast.resident, writing=Writing("Back again."))

    assert post.number == 2


def test_newcomer_is_held_until_one_post_is_published():
    community = make_community(hold_first_posts=True)
    newcomer, moderator = make_user(), make_user(is_staff=True, is_superuser=True)
    make_membership(newcomer, community)
    thread = make_thread(community, author=moderator)

    held = services.reply(thread, by=newcomer, writing=Writing("Hello."))
    services.set_status(held, Post.Status.PUBLISHED, by=moderator)
    free = services.reply(thread, by=newcomer, writing=Writing("Hello again."))

    held.refresh_from_db()
    assert (held.hold_reason, held.status, held.number) == ("newcomer", "published", 2)
    assert (free.status, free.number) == ("published", 3)


def test_held_post_takes_no_number_and_announces_nothing():
    community = make_community(hold_first_posts=True)
    newcomer = make_user()
    make_membership(newcomer, community)
    thread = make_thread(community, author=make_user(is_staff=True, is_superuser=True))
    Announcement.objects.all().delete()

    held = services.reply(thread, by=newcomer, writing=Writing("Hello."))

    thread.refresh_from_db()
    assert (held.number, held.status) == (None, "pending")
    assert (thread.post_count, thread.last_number) == (1, 1)
    assert Announcement.objects.count() == 0


def test_held_first_post_holds_its_thread_until_it_is_published(cast):
    Community.objects.update(hold_first_posts=True)
    thread = services.start_thread(
        Community.objects.get(pk=cast.community.pk),
        by=cast.resident,
        title="New here",
        writing=Writing("Hi."),
    )
    assert thread.status == Thread.Status.PENDING

    services.set_status(thread.posts.get(), Post.Status.PUBLISHED, by=cast.moderator)

    thread.refresh_from_db()
    assert thread.status == Thread.Status.PUBLISHED
    assert thread.published_at is not None
    assert Community.objects.get(pk=cast.community.pk).thread_count == 1


def test_hide_and_restore_keep_the_number_and_the_counts(cast):
    thread = make_thread(cast.community)
    post = make_post(thread, author=cast.resident)
    Announcement.objects.all().delete()

    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    services.set_status(post, Post.Status.HIDDEN, by=cast.moderator)
    thread.refresh_from_db()
    assert (thread.post_count, thread.last_number) == (1, 2)

    make_decision(post, verb="restore", reason="Kind after all.")
    services.set_status(post, Post.Status.PUBLISHED, by=cast.moderator)
    thread.refresh_from_db()
    post.refresh_from_db()
    assert (thread.post_count, thread.last_number, post.number) == (2, 2, 2)
    assert Announcement.objects.count() == 0
    assert AuditEntry.objects.filter(subject_id=post.pk, subject_kind="post").count() == 2


def test_hiding_the_only_post_hides_the_thread(cast):
    thread = make_thread(cast.community)
    post = thread.posts.get()
    make_decision(post, verb="hide", rule="spam", reason="Advert.")

    services.set_status(post, Post.Status.HIDDEN, by=cast.moderator)

    thread.refresh_from_db()
    assert thread.status == Thread.Status.HIDDEN
    assert Community.objects.get(pk=cast.community.pk).thread_count == 0


def test_thread_that_is_shown_again_keeps_the_day_it_was_first_published(cast):
    thread = make_thread(cast.community)
    post, published_at = thread.posts.get(), thread.published_at
    make_decision(post, verb="hide", rule="spam", reason="Advert.")
    services.set_status(post, Post.Status.HIDDEN, by=cast.moderator)
    make_decision(post, verb="restore", reason="None.")

    services.set_status(post, Post.Status.PUBLISHED, by=cast.moderator)

    thread.refresh_from_db()
    assert (thread.status, thread.published_at) == (Thread.Status.PUBLISHED, published_at)


def test_set_status_to_the_same_status_is_refused(cast):
    post = make_thread(cast.community).posts.get()

    with pytest.raises(ValidationError):
        services.set_status(post, Post.Status.PUBLISHED, by=cast.moderator)


def test_thank_counts_each_person_once(cast):
    post = make_thread(cast.community, author=cast.neighbour).posts.get()

    firsts = [services.thank(post, by=cast.resident) for _ in range(2)]

    post.refresh_from_db()
    assert firsts == [True, False]
    assert post.thanks_count == 1


def test_thank_oneself_is_refused(cast):
    post = make_thread(cast.community, author=cast.resident).posts.get()

    with pytest.raises(ValidationError):
        services.thank(post, by=cast.resident)


def test_mark_read_only_moves_up(cast):
    thread = make_thread(cast.community)

    for number in (3, 1):
        services.mark_read(thread, by=cast.resident, number=number)

    assert Visit.objects.get(user=cast.resident).last_number == 3


def test_published_post_without_number_is_refused_by_the_database(cast):
    post = make_thread(cast.community).posts.get()

    with pytest.raises(IntegrityError, match="published_has_number"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(number=None)


def test_number_twice_in_a_thread_is_refused_by_the_database(cast):
    thread = make_thread(cast.community)
    post = make_post(thread)

    with pytest.raises(IntegrityError, match="number_once"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(number=1)


def test_words_that_no_database_holds_are_left_out_of_posts():
    post = make_post(make_thread(title="Wei\x00r", body="A\x00 weir"), body="a\x00b\ud800c")

    assert (post.thread.title, post.thread.posts.get(number=1).body) == ("Weir", "A weir")
    assert (post.body, post.html) == ("ab?c", "<p>ab?c</p>\n")


@pytest.mark.parametrize(
    ("speaks", "wrote", "language"), [("cy", "", "cy"), ("en-gb", "cy", "cy"), ("en-gb", "", "en")]
)
def test_post_is_in_the_language_it_was_written_in_or_that_of_its_author(speaks, wrote, language):
    author = make_user(language=speaks)
    thread = make_thread()
    make_membership(author, thread.community)

    post = services.reply(thread, by=author, writing=Writing("Bore da.", language=wrote))

    assert post.language == language
