"""A flood by many fresh accounts, under the limits that a site has if nobody sets others."""

import pytest
from django.test import Client
from django.urls import reverse

from communities.models import Membership
from discussions.models import Mention, Thread
from notifications.models import Delivery, Mail
from notifications.services import queue_alerts, queue_deliveries
from tests.factories import make_membership, make_thread, make_user
from townhall.default_limits import DEFAULT_LIMITS

pytestmark = pytest.mark.django_db
ACCOUNTS = 16
TRIES = 4


def flood(community, victim, addresses):
    """Let each account start threads that name somebody, as often as it can; return answers."""
    answers = []
    for number in range(ACCOUNTS):
        user = make_user(public_name=f"Fresh {number}")
        make_membership(user, community)
        client = Client(REMOTE_ADDR=addresses(number))
        client.force_login(user)
        for n in range(TRIES):
            data = {
                "title": f"Offer {number} {n}",
                "body": f"@{victim.public_name} look at this offer.",
                "seen_similar": "yes",
            }
            url = reverse("discussions:thread-create", args=[community.slug])
            answers.append(client.post(url, data).status_code)
        while queue_deliveries() or queue_alerts():
            pass
    return answers


@pytest.mark.parametrize(
    ("addresses", "threads", "mentions"),
    [
        (lambda _number: "192.0.2.7", 10, 10),
        (lambda number: f"10.{number}.0.1", 3 * ACCOUNTS, 3 * ACCOUNTS),
    ],
    ids=["one block", "many blocks"],
)
def test_flood_of_fresh_accounts_is_a_mail_and_its_threads_are_limited(
    cast, settings, addresses, threads, mentions
):
    settings.LIMITS = DEFAULT_LIMITS
    make_thread(cast.community, author=cast.neighbour, title="The weir")

    answers = flood(cast.community, cast.resident, addresses)

    assert max(answers) < 500
    assert Thread.objects.filter(title__startswith="Offer").count() == threads
    assert Mention.objects.filter(user=cast.resident).count() == mentions
    assert Delivery.objects.filter(user=cast.resident).count() == mentions
    assert Mail.objects.filter(user=cast.resident).count() == 1
    assert Membership.objects.filter(community=cast.community).count() > ACCOUNTS
