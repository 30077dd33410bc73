import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Announcement
from discussions.services import follow_thread
from notifications.models import Delivery, Digest, Mail, ThreadTold
from notifications.services import (
    queue_alerts,
    queue_deliveries,
    queue_digests,
    send_batch,
    suppress,
)
from tests.factories import make_community, make_membership, make_post, make_thread, make_user
from tests.notifications.conftest import make_mail

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count, act):
    def run(number):
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_send_batch_by_four_senders_sends_each_mail_once(post_office):
    mails = [make_mail() for _ in range(60)]

    outcomes = at_once(4, lambda _n: sum(send_batch(limit=10).total for _ in range(6)))

    assert sum(outcomes) == 60
    assert sorted(post_office.recipients) == sorted(mail.to for mail in mails)
    assert set(Mail.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_send_batch_does_not_stamp_what_somebody_else_has_claimed(post_office):
    mail = make_mail()
    theirs = uuid.uuid4()

    async def take_over(server, session, envelope):
        await server.loop.run_in_executor(None, steal)
        return "250 OK"

    def steal():
        Mail.objects.update(lease=theirs, next_attempt_at=timezone.now() + timedelta(minutes=5))
        connection.close()

    post_office.handle_DATA = take_over

    send_batch()

    mail.refresh_from_db()
    assert (mail.state, mail.lease, mail.text) == ("claimed", theirs, "Text.")


def test_send_batch_renews_its_lease_and_leaves_what_was_taken_over(post_office, monkeypatch):
    monkeypatch.setattr("notifications.services.sending.RENEW_AFTER_SECONDS", -1)
    first, second = make_mail(), make_mail()
    theirs = uuid.uuid4()

    async def take_over(server, session, envelope):
        post_office.taken.append((envelope.rcpt_tos[0], None))
        await server.loop.run_in_executor(None, steal)
        return "250 OK"

    def steal():
        Mail.objects.filter(pk=second.pk).update(lease=theirs)
        connection.close()

    post_office.handle_DATA = take_over

    outcome = send_batch()

    assert post_office.recipients == [first.to]
    assert dict(outcome.counts) == {("account", "sent"): 1}


def test_queue_deliveries_by_four_workers_tells_everybody_once():
    thread = make_thread()
    for _ in range(10):
        follow_thread(thread, by=make_user(), mode="follow")
    posts = [make_post(thread) for _ in range(8)]

    at_once(4, lambda _n: [queue_deliveries(limit=2) for _ in range(6)])

    assert not Announcement.objects.exists()
    assert Delivery.objects.filter(post__in=posts).count() == 8 * 11


def test_queue_deliveries_in_parts_by_four_workers_tells_everybody_once():
    thread = make_thread()
    for _ in range(12):
        follow_thread(thread, by=make_user(), mode="follow")
    posts = [make_post(thread) for _ in range(3)]

    def work(_number):
        while Announcement.objects.exists():
            queue_deliveries(max_people=5)

    at_once(4, work)

    assert not Announcement.objects.exists()
    assert Delivery.objects.filter(post__in=posts).count() == 3 * 13


def test_queue_alerts_by_four_workers_writes_each_mail_once():
    thread = make_thread()
    for _ in range(20):
        follow_thread(thread, by=make_user(), mode="follow")
    while queue_deliveries():
        pass
    Mail.objects.all().delete()
    Delivery.objects.all().delete()
    make_post(thread)
    while queue_deliveries():
        pass

    at_once(4, lambda _n: [queue_alerts(limit=3) for _ in range(8)])

    assert Delivery.objects.filter(mail=None).count() == 0
    assert Mail.objects.count() == 21


@pytest.mark.parametrize("wait", [True, False])
def test_queue_digests_by_four_workers_writes_each_once(wait):
    community = make_community()
    people = [make_user() for _ in range(30)]
    for user in people:
        make_membership(user, community, digest="daily")
    for _ in range(3):
        make_thread(community)
    noon = timezone.now().replace(hour=12)

    written = at_once(4, lambda _n: queue_digests(noon, wait=wait, limit=7))

    assert sum(written) == 30
    assert Mail.objects.count() == Digest.objects.count() == 30
    assert sorted(Mail.objects.values_list("user", flat=True)) == [user.pk for user in people]
    assert ThreadTold.objects.count() == 90


def test_suppress_by_four_at_once_keeps_one_row():
    pks = at_once(4, lambda _n: suppress("gone@example.org", reason="550").pk)

    assert len(set(pks)) == 1
