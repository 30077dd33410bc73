"""What pages say of the pace of a place, before and instead of writing."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communities.models import Community, Membership
from discussions.models import Post, Thread
from discussions.permissions import Why, why_not
from discussions.services import Writing, reply, set_locked
from tests.factories import make_thread


@pytest.fixture
def slow(cast):
    thread = make_thread(cast.community, author=cast.neighbour)
    return slowed(thread)


def slowed(thread, minutes=30):
    Thread.objects.filter(pk=thread.pk).update(slow_minutes=minutes)
    return Thread.objects.select_related("community").get(pk=thread.pk)


def write(person, thread, words="Hello."):
    return reply(thread, by=person, writing=Writing(words))


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


def test_pace_instead_of_the_form_is_one_box_that_reply_leads_to(cast, client_of, slow):
    write(cast.resident, slow)

    page = client_of(cast.resident).get(slow.get_absolute_url()).content.decode()

    assert '<div class="note warn" id="reply">' in page
    assert page.count('id="reply"') == 1
