import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from urllib.parse import quote

import pytest
from django.conf import settings as site
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from notifications.models import Mail
from notifications.services import send_mail
from tests.factories import make_community, make_membership, make_post, make_thread, make_user
from tests.notifications.conftest import make_mail
from townhall.celery import app

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def start(settings):
    """Start a process of the site on the database of this test; whatever is left dies with it."""
    started = []

    def run(*arguments):
        database = connection.settings_dict
        user = quote(database["USER"])
        user += f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
        place = quote(database["HOST"], safe="")
        place += f":{database['PORT']}" if database["PORT"] else ""
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgres://{user}@{place}/{database['NAME']}",
            "EMAIL_URL": settings.EMAIL_URL,
            "PYTHONPATH": str(site.BASE_DIR),
        }
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=site.BASE_DIR,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def kill(process):
    process.kill()
    process.wait()


def lapse_leases():
    Mail.objects.filter(state="claimed").update(next_attempt_at=Now())


@pytest.mark.parametrize("is_taken", [True, False])
def test_killed_sender_loses_nothing_and_repeats_at_most_one(post_office, start, is_taken):
    mails = [make_mail() for _ in range(12)]
    post_office.stall_after, post_office.takes_while_stalled = 5, is_taken
    process = start("manage.py", "send_due")
    wait_for(lambda: post_office.is_stalled)

    kill(process)
    post_office.go_on()
    lapse_leases()
    send_mail()

    seen = Counter(message["Message-ID"] for _to, message in post_office.taken)
    assert set(seen) == {mail.message_id for mail in mails}
    assert sorted(seen.values()) == [1] * 11 + [2 if is_taken else 1]
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}


def test_killed_worker_is_replaced_by_another(post_office, start):
    reader = make_user()
    community = make_membership(reader, make_community(), digest="daily").community
    thread = make_thread(community, author=reader)
    make_post(thread)
    make_thread(community)
    # A queue of our own: other tests may share the broker.
    queue = f"test-{uuid.uuid4()}"
    worker = ["-m", "celery", "-A", "townhall", "worker", "-P", "solo", "-Q", queue]
    post_office.stall_after, post_office.takes_while_stalled = 0, False

    first = start(*worker)
    for name in ("queue_deliveries", "queue_alerts", "send_mail"):
        app.send_task(f"notifications.{name}", queue=queue)
    wait_for(lambda: post_office.is_stalled)
    kill(first)
    post_office.go_on()
    lapse_leases()
    start(*worker)
    app.send_task("notifications.send_mail", queue=queue)
    wait_for(lambda: not Mail.objects.exclude(state="sent").exists())

    alerts = Mail.objects.filter(queue="alert")
    assert sorted(post_office.recipients) == sorted(alerts.values_list("to", flat=True))
    assert alerts.count() == 1
    assert alerts.get().sent_at <= timezone.now()
