"""Whose posts wait to be read before they appear, and where."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import ModeratorScope
from discussions.permissions import hold_reason_for
from discussions.services import Writing, start_thread
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


@pytest.mark.parametrize(("hours", "reason"), [(1, "account"), (-1, "")])
def test_account_is_held_until_the_moment_that_staff_set(cast, hours, reason):
    cast.resident.posts_held_until = timezone.now() + timedelta(hours=hours)

    assert hold_reason_for(cast.resident, cast.community) == reason
