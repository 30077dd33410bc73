from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from discussions.services import follow_thread
from notifications import tasks
from notifications.models import Digest, Mail
from tests.factories import make_community, make_membership, make_post, make_thread, make_user
from tests.notifications.conftest import free_port, make_mail
from townhall.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    """A person with a digest to come, who follows a thread with a new post, and not another."""
    user = make_user()
    community = make_membership(user, make_community(), digest="daily").community
    make_thread(community, title="Bins")
    thread = make_thread(community)
    follow_thread(thread, by=user, mode="follow")
    make_post(thread)
    return user


def run(*arguments):
    out = StringIO()
    call_command("send_due", *arguments, stdout=out)
    return out.getvalue()


def noon():
    return f"{timezone.localdate()}T12:00"


def test_send_due_sends_everything_once_and_counts_it_by_state(reader, post_office):
    make_mail()

    first = run("--now", noon())
    second = run("--now", noon())

    assert "announcements told: 3" in first
    assert "digests written: 1\n" in first
    assert "account: 1 sent, 0 skipped, 0 failed\n" in first
    assert "alert: 2 sent, 0 skipped, 0 failed\n" in first
    assert "digest: 1 sent, 0 skipped, 0 failed\n" in first
    assert post_office.recipients.count(reader.email) == 2
    assert "digest: 0 sent, 0 skipped, 0 failed\n" in second
    assert len(post_office.taken) == 4


def test_send_due_goes_by_the_moment_it_is_given(reader, outbox):
    early = run("--now", f"{timezone.localdate()}T06:59")
    tomorrow = run("--now", (timezone.now() + timedelta(days=1)).replace(hour=12).isoformat())

    assert "digests written: 0" in early
    assert "digests written: 1" in tomorrow
    assert Digest.objects.get().local_date == timezone.localdate() + timedelta(days=1)


def test_send_due_fails_when_a_mail_fails(post_office):
    mail = make_mail()
    post_office.answers[mail.to] = "550 Gone"

    with pytest.raises(CommandError, match="1 not sent"):
        run()


def test_send_due_fails_when_the_server_is_away_and_keeps_the_mail(settings):
    settings.EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    mail = make_mail()

    with pytest.raises(CommandError, match="cannot be reached"):
        run()

    mail.refresh_from_db()
    assert mail.state == "ready"


def test_send_due_counts_what_waits_for_another_attempt(post_office):
    mail = make_mail()
    post_office.answers[mail.to] = "451 Busy"

    out = run()

    assert "account: 0 sent, 0 skipped, 0 failed, 1 waiting\n" in out


@pytest.mark.parametrize("now", ["yesterday", "2026-13-01", ""])
def test_send_due_refuses_a_moment_that_is_none(now):
    with pytest.raises(CommandError):
        run("--now", now)


def test_tasks_do_it_all_and_may_run_twice_and_without_redis(reader, outbox, settings):
    settings.CELERY_BROKER_URL = settings.REDIS_URL = "unix:///nowhere/redis.sock"
    # The clock is the database's, so that noon is where it is noon now.
    settings.TIME_ZONE = f"Etc/GMT{timezone.now().hour - 12:+d}"

    for task in (tasks.queue_deliveries, tasks.queue_alerts, tasks.queue_digests, tasks.send_mail):
        task()
        task()

    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}
    assert len(list(outbox.iterdir())) == Mail.objects.count() == 3


def test_tasks_have_the_names_of_the_schedule():
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    ours = {name for name in scheduled if name.startswith("notifications.")}

    assert ours == {
        tasks.queue_deliveries.name,
        tasks.queue_alerts.name,
        tasks.queue_digests.name,
        tasks.send_mail.name,
    }
