"""Whose posts wait to be read before they appear, and where."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import ModeratorScope
from discussions.permissions import hold_reason_for
from discussions.services import Writing, set_status, start_thread
from tests.factories import make_community, make_membership, make_post, make_thread

HOLDS = {"hold_first_posts": True}


def test_first_post_of_a_moderator_does_not_wait(cast):
    community = make_community(**HOLDS)
    ModeratorScope.objects.create(user=cast.resident, community=community)
    for person in (cast.moderator, cast.resident, cast.neighbour):
        make_membership(person, community)

    statuses = [
        start_thread(community, by=person, title="A bench", writing=Writing("Broken.")).status
        for person in (cast.moderator, cast.resident, cast.neighbour)
    ]

    assert statuses == ["published", "published", "pending"]


def test_post_that_is_published_elsewhere_makes_nobody_known_here(cast):
    community, other = make_community(**HOLDS), make_community()
    make_post(make_thread(other), author=cast.resident)

    assert hold_reason_for(cast.resident, community) == "newcomer"


def test_pages_say_that_ambassadors_too_read_what_waits(cast, client_of):
    community = make_community(**HOLDS)
    make_membership(cast.resident, community)
    client = client_of(cast.resident)
    thread = start_thread(community, by=cast.resident, title="A bench", writing=Writing("Broken."))
    other = make_thread(community, author=cast.neighbour)
    set_status(other.posts.get(), "published", by=cast.moderator)

    opened = client.get(thread.get_absolute_url()).content.decode()
    answer = client.post(f"/discussions/{other.pk}/reply/", {"body": "Mended."}, follow=True)

    assert "Staff or ambassadors read it before it appears." in opened
    assert "yet: staff or ambassadors read first posts before they appear." in opened
    assert "Thank you. Staff or ambassadors read it before" in answer.content.decode()


@pytest.mark.parametrize(("hours", "reason"), [(1, "account"), (-1, "")])
def test_account_is_held_until_the_moment_that_staff_set(cast, hours, reason):
    cast.resident.posts_held_until = timezone.now() + timedelta(hours=hours)

    assert hold_reason_for(cast.resident, cast.community) == reason
