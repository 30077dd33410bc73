"""After a restore: what was told since the back-up is not told again, nothing else is missed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Announcement
from discussions.services import follow_thread
from notifications import services
from notifications.models import Delivery, Digest, Mail
from notifications.services.restoring import digest_moments
from tests.factories import make_community, make_membership, make_post, make_thread, make_user

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=LONDON)


# The fourth of March is a Wednesday.
@pytest.mark.parametrize(
    ("as_of", "stopped_at", "days"),
    [
        (at(4, 2, 30), at(4, 6, 59), []),
        (at(4, 2, 30), at(4, 7), [4]),
        (at(4, 7, 1), at(4, 9), [4]),  # the back-up was made while digests were sent
        (at(3, 22), at(4, 9), [3, 4]),
        (at(3, 2, 30), at(3, 23), [3]),
        (at(1, 2, 30), at(31, 12), list(range(24, 32))),
    ],
)
def test_digests_of_a_day_were_sent_from_the_morning_on(as_of, stopped_at, days):
    moments = digest_moments(as_of, stopped_at)

    assert [moment.astimezone(LONDON).day for moment in moments] == days
    assert {(moment.hour, moment.minute) for moment in moments} <= {(7, 0)}


def member_and_thread(frequency="daily"):
    community = make_community()
    member = make_membership(make_user(), community, digest=frequency).user
    return member, make_thread(community)


def noon(days):
    return timezone.localtime(timezone.now()).replace(hour=12, minute=0) + timedelta(days=days)


def test_digest_that_was_sent_since_is_not_sent_again_and_the_next_one_tells_what_is_new():
    member, thread = member_and_thread()
    services.queue_deliveries()

    skipped = services.skip_told(timezone.now(), noon(1))
    again = services.queue_digests(noon(1) + timedelta(hours=1))
    post = make_post(thread)
    next_day = services.queue_digests(noon(2))

    assert (skipped.digests, again, next_day) == (1, 0, 1)
    item = Digest.objects.get(user=member, mail__isnull=False).items.get()
    assert (item.first_number, item.last_number) == (post.number, post.number)


def test_digest_that_the_old_site_never_came_to_is_sent():
    member_and_thread()
    services.queue_deliveries()
    as_of = noon(1).replace(hour=2)

    skipped = services.skip_told(as_of, as_of + timedelta(hours=2))

    assert skipped.digests == 0
    assert services.queue_digests(noon(1)) == 1


def test_weekly_digest_is_skipped_only_where_its_day_has_passed():
    member_and_thread("weekly")
    services.queue_deliveries()
    today = noon(0)
    tuesday = today + timedelta(days=(1 - today.weekday()) % 7 or 7)

    before = services.skip_told(tuesday.replace(hour=2), tuesday.replace(hour=5))
    after = services.skip_told(tuesday.replace(hour=2), tuesday)

    assert (before.digests, after.digests) == (0, 1)
    assert services.queue_digests(tuesday) == 0


@pytest.mark.parametrize("state", ["ready", "claimed"])
def test_mail_that_waited_in_the_back_up_is_not_sent(state):
    lease = "6f0a53d6-0000-4000-8000-000000000000" if state == "claimed" else None
    old = Mail.objects.create(to="kay@example.org", queue="account", state=state, lease=lease)
    as_of = timezone.now()
    young = Mail.objects.create(to="mo@example.org", queue="account")

    services.skip_told(as_of, as_of)

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.state, old.note) == ("skipped", "it may have been sent before the restore")
    assert young.state == "ready"


def test_alerts_that_waited_stand_in_the_list_and_are_not_mailed():
    member, thread = member_and_thread("never")
    services.queue_deliveries()
    follow_thread(thread, by=member, mode="follow")
    make_post(thread)
    assert Announcement.objects.exists()

    skipped = services.skip_told(timezone.now(), timezone.now())
    services.queue_alerts()

    assert skipped.alerts >= 1
    assert Delivery.objects.filter(user=member).count() == 1
    assert not Mail.objects.exists()


def test_skipping_twice_changes_nothing_more():
    member_and_thread()

    services.skip_told(timezone.now(), noon(1))
    second = services.skip_told(timezone.now(), noon(1))

    assert second == services.Skipped(0, 0, 0)
