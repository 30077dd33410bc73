"""The pace of a place, where two posts of one person arrive at once."""

import pytest

from discussions.models import Post, Thread
from discussions.services import Writing, reply, start_thread
from tests.at_once import while_blocked_by
from tests.factories import make_community, make_membership, make_thread, make_user


def slowed(thread, minutes=30):
    Thread.objects.filter(pk=thread.pk).update(slow_minutes=minutes)
    return Thread.objects.select_related("community").get(pk=thread.pk)


def write(person, thread, words="Hello."):
    return reply(thread, by=person, writing=Writing(words))


@pytest.mark.django_db(transaction=True)
def test_two_replies_at_once_in_a_slow_thread_are_one():
    person = make_user()
    thread = make_thread()
    make_membership(person, thread.community)
    thread = slowed(thread)

    told = while_blocked_by(
        lambda: write(person, thread, "One."), lambda: write(person, thread, "Two.")
    )

    assert "this thread is slow" in told[0]
    assert Post.objects.filter(author=person).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_replies_at_once_in_two_threads_keep_the_cap():
    person, community = make_user(), make_community(posts_per_day=1)
    threads = [make_thread(community), make_thread(community)]
    make_membership(person, community)

    told = while_blocked_by(lambda: write(person, threads[0]), lambda: write(person, threads[1]))

    assert "used up your posts" in told[0]
    assert Post.objects.filter(author=person).count() == 1


@pytest.mark.django_db(transaction=True)
def test_reply_and_thread_at_once_keep_the_cap():
    person, community = make_user(), make_community(posts_per_day=1)
    thread = make_thread(community)
    make_membership(person, community)

    told = while_blocked_by(
        lambda: write(person, thread),
        lambda: start_thread(community, by=person, title="More", writing=Writing("More.")),
    )

    assert "used up your posts" in told[0]
    assert Post.objects.filter(author=person).count() == 1
