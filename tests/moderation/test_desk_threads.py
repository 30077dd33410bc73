"""The desk of one thread: what ambassadors do to it, and everybody reads."""

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from discussions.models import Thread
from discussions.services import set_locked
from tests.factories import (
    make_area,
    make_community,
    make_membership,
    make_thread,
)
from tests.moderation.desk_pages import acts, page, thread_desk


def test_thread_is_pinned_and_unpinned(cast, client_of):
    thread = make_thread(cast.community)
    client = client_of(cast.ambassador)

    client.post(thread_desk(thread), {"act": "pin"})
    pinned = Thread.objects.get(pk=thread.pk).is_pinned
    client.post(thread_desk(thread), {"act": "unpin"})

    assert pinned
    assert not Thread.objects.get(pk=thread.pk).is_pinned
    assert acts() == [("pin", ""), ("unpin", "")]


def test_thread_is_locked_for_a_reason_that_everybody_reads(cast, client_of, client):
    thread = make_thread(cast.community)

    client_of(cast.ambassador).post(
        thread_desk(thread), {"act": "lock", "reason": "It goes in circles."}
    )

    client.logout()
    html = page(client, reverse("discussions:act-list", args=[cast.community.slug]))
    assert Thread.objects.get(pk=thread.pk).is_locked
    assert "It goes in circles." in html
    assert "Ambassador" in html


def test_lock_without_a_reason_is_refused(cast, client_of):
    thread = make_thread(cast.community)

    response = client_of(cast.ambassador).post(thread_desk(thread), {"act": "lock"})

    assert "There is a problem" in response.content.decode()
    assert not Thread.objects.get(pk=thread.pk).is_locked


def test_thread_that_one_started_is_opened_again_by_somebody_else(cast, client_of):
    thread = make_thread(cast.community, author=cast.ambassador)
    set_locked(thread, True, by=cast.moderator)
    client = client_of(cast.ambassador)

    response = client.post(thread_desk(thread), {"act": "unlock", "reason": "Mine."})

    assert response.status_code == 404
    assert "somebody else decides" in page(client, thread_desk(thread))
    assert Thread.objects.get(pk=thread.pk).is_locked


def test_thread_that_staff_locked_is_opened_again_by_staff(cast, client_of):
    thread = make_thread(cast.community)
    set_locked(thread, True, by=cast.moderator)
    client = client_of(cast.ambassador)

    html = page(client, thread_desk(thread))
    response = client.post(thread_desk(thread), {"act": "unlock", "reason": "Cooled down."})

    assert "Staff locked this thread, so only staff open it again." in html
    assert 'value="unlock"' not in html
    assert response.status_code == 404
    assert Thread.objects.get(pk=thread.pk).is_locked
    for name in ("moderator", "admin"):
        assert 'value="unlock"' in page(client_of(getattr(cast, name)), thread_desk(thread)), name


def test_desk_says_that_staff_locked_a_thread_only_where_that_is_what_stops_one(cast, client_of):
    threads = [make_thread(cast.community) for _ in range(2)]
    set_locked(threads[1], True, by=cast.moderator)
    client = client_of(cast.ambassador)

    said = ["Staff locked" in page(client, thread_desk(thread)) for thread in threads]
    Community.objects.update(archived_at=timezone.now())
    said += ["Staff locked" in page(client, thread_desk(thread)) for thread in threads]

    assert said == [False, True, False, False]


@pytest.mark.parametrize("name", ["ambassador", "moderator"])
def test_thread_that_an_ambassador_locked_is_opened_again_by_whoever_looks_after_it(
    cast, client_of, name
):
    thread = make_thread(cast.community)
    set_locked(thread, True, by=cast.ambassador)
    client = client_of(getattr(cast, name))

    html = page(client, thread_desk(thread))
    client.post(thread_desk(thread), {"act": "unlock", "reason": "Cooled down."})

    assert "Staff locked this thread" not in html
    assert not Thread.objects.get(pk=thread.pk).is_locked


def test_tags_are_set_and_made(cast, client_of):
    thread = make_thread(cast.community, tags=["weir", "flood"])

    client_of(cast.ambassador).post(
        thread_desk(thread), {"act": "tag", "tags": ["weir"], "new_tags": "Heron, bird"}
    )

    assert set(thread.tags.names()) == {"weir", "heron", "bird"}
    assert acts() == [("tag", "weir, heron, bird")]


def test_slow_mode_is_set(cast, client_of):
    thread = make_thread(cast.community)

    client_of(cast.ambassador).post(
        thread_desk(thread), {"act": "slow", "minutes": "30", "reason": "Heated."}
    )

    assert Thread.objects.get(pk=thread.pk).slow_minutes == 30
    assert acts() == [("slow", "one post every 30 minutes: Heated.")]


@pytest.mark.parametrize("minutes", ["7", "-5", "x", ""])
def test_wait_that_is_not_offered_is_refused(cast, client_of, minutes):
    thread = make_thread(cast.community)

    response = client_of(cast.ambassador).post(
        thread_desk(thread), {"act": "slow", "minutes": minutes}
    )

    assert response.status_code == 200
    assert Thread.objects.get(pk=thread.pk).slow_minutes == 0


def test_thread_is_moved_between_communities_that_one_looks_after(cast, client_of):
    other = make_community(name="Cycling", area=make_area())
    make_membership(cast.ambassador, other, role="ambassador")
    thread = make_thread(cast.community)
    Thread.objects.filter(pk=thread.pk).update(is_pinned=True, slow_minutes=15)

    response = client_of(cast.ambassador).post(thread_desk(thread), {"act": "move", "to": other.pk})

    thread.refresh_from_db()
    assert response.url == thread_desk(thread)
    assert (thread.community, thread.is_pinned, thread.slow_minutes) == (other, False, 15)
    counts = Community.objects.values_list("thread_count", flat=True)
    assert (counts.get(pk=cast.community.pk), counts.get(pk=other.pk)) == (0, 1)
    assert acts() == [("move", "to Cycling"), ("arrive", "from Millbrook neighbours")]


def test_thread_is_not_moved_where_one_is_only_a_member(cast, client_of):
    other = make_community()
    make_membership(cast.ambassador, other)
    thread = make_thread(cast.community)

    response = client_of(cast.ambassador).post(thread_desk(thread), {"act": "move", "to": other.pk})

    thread.refresh_from_db()
    assert response.status_code == 404
    assert thread.community == cast.community


def test_desk_of_a_moved_thread_leads_to_where_it_is(cast, client_of):
    other = make_community()
    make_membership(cast.ambassador, other, role="ambassador")
    thread = make_thread(other)
    old = reverse("moderation:desk-thread", args=[cast.community.slug, thread.pk])

    assert client_of(cast.ambassador).get(old).url == thread_desk(thread)


@pytest.mark.parametrize("act", ["", "hide"])
def test_act_that_is_not_offered_is_not_found(cast, client_of, act):
    thread = make_thread(cast.community)

    assert client_of(cast.ambassador).post(thread_desk(thread), {"act": act}).status_code == 404


@pytest.mark.parametrize("name", ["///", "heron, !!!", "-"])
def test_tag_of_signs_alone_is_refused(cast, client_of, name):
    thread = make_thread(cast.community)

    response = client_of(cast.ambassador).post(
        thread_desk(thread), {"act": "tag", "new_tags": name}, follow=True
    )

    assert "A tag has at least one letter or number." in response.content.decode()
    assert not thread.tags.exists()


@pytest.mark.parametrize("act", ["pin", "lock"])
def test_act_that_is_sent_twice_is_done_once(cast, client_of, act):
    thread = make_thread(cast.community)
    client = client_of(cast.ambassador)
    sent = {"act": act, "reason": "Enough said."}

    answers = [client.post(thread_desk(thread), sent).status_code for _time in range(2)]

    thread.refresh_from_db()
    assert answers == [302, 302]
    assert (thread.is_pinned, thread.is_locked) == (act == "pin", act == "lock")
    assert len(acts()) == 1
