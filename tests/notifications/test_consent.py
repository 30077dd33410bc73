import pytest

from accounts.models import AuditEntry
from communities.models import Membership
from notifications.emails.links import Purpose, Wish
from notifications.models import ConsentEvent, Delivery, Preference, Suppression
from notifications.services import (
    change_preferences,
    lift_suppression,
    mark_all_read,
    suppress,
    unsubscribe,
)
from tests.factories import make_community, make_membership, make_post, make_thread, make_user

pytestmark = pytest.mark.django_db


def history(user):
    events = ConsentEvent.objects.filter(user=user).order_by("pk")
    return list(events.values_list("what", "community", "source"))


def frequencies(user):
    return list(
        Membership.objects.filter(user=user).order_by("pk").values_list("digest", flat=True)
    )


@pytest.fixture
def member():
    user = make_user()
    make_membership(user, make_community(), digest="weekly")
    make_membership(user, make_community(), digest="daily")
    return user


def test_change_preferences_writes_what_differs_and_its_history(member):
    first, second = member.memberships.order_by("pk")

    count = change_preferences(
        member,
        alerts={"alert_replies": False, "alert_answers": True},
        digests={first.community_id: "never", second.community_id: "daily"},
    )

    assert count == 2
    preference = Preference.objects.get(user=member)
    assert (preference.alert_replies, preference.alert_answers) == (False, True)
    assert frequencies(member) == ["never", "daily"]
    assert history(member) == [
        ("alert_replies off", None, "site"),
        ("digest never", first.community_id, "site"),
    ]


def test_change_preferences_twice_writes_history_once(member):
    for _ in range(2):
        change_preferences(member, alerts={"alert_replies": False}, digests={})

    assert history(member) == [("alert_replies off", None, "site")]


def test_change_preferences_leaves_communities_of_others_alone(member):
    other = make_membership(make_user(), make_community(), digest="weekly")

    change_preferences(member, alerts={}, digests={other.community_id: "never"})

    other.refresh_from_db()
    assert (other.digest, history(member)) == ("weekly", [])


@pytest.mark.parametrize(
    ("purpose", "replies", "answers", "digests"),
    [
        (Purpose.REPLIES, False, True, ["weekly", "daily"]),
        (Purpose.ANSWERS, True, False, ["weekly", "daily"]),
        (Purpose.DIGESTS, True, True, ["never", "never"]),
    ],
)
def test_unsubscribe_stops_that_and_nothing_else(member, purpose, replies, answers, digests):
    done = unsubscribe(Wish(member.pk, purpose), source="link")

    preference = Preference.objects.get(user=member)
    assert done
    assert (preference.alert_replies, preference.alert_answers) == (replies, answers)
    assert frequencies(member) == digests


def test_unsubscribe_from_one_community_keeps_the_other(member):
    community = member.memberships.order_by("pk")[0].community

    for _ in range(2):
        unsubscribe(Wish(member.pk, Purpose.COMMUNITY, community.pk), source="one-click")

    assert frequencies(member) == ["never", "daily"]
    assert history(member) == [("digest never", community.pk, "one-click")]


def test_unsubscribe_of_nobody_does_nothing():
    assert unsubscribe(Wish(987654, Purpose.DIGESTS), source="link") is False


def test_mark_all_read_marks_only_what_was_shown_to_that_person(member):
    thread = make_thread()
    posts = [make_post(thread) for _ in range(3)]
    told = [Delivery.objects.create(user=member, kind="reply", post=post) for post in posts]
    other = Delivery.objects.create(user=make_user(), kind="reply", post=posts[0])

    count = mark_all_read(member, through=told[1].pk)

    unread = Delivery.objects.filter(read_at=None).order_by("pk")
    assert (count, list(unread)) == (2, [told[2], other])


def test_suppress_keeps_one_row_for_an_address_whatever_its_case():
    by = make_user(is_staff=True)
    suppress("Gone@example.org", reason="550 Gone", by=by)

    again = suppress("gone@example.ORG", reason="550 Gone")

    assert Suppression.objects.get() == again
    lift_suppression(again, by=by)
    assert not Suppression.objects.exists()
    acts = AuditEntry.objects.filter(by=by).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["suppress", "lift suppression"]
