"""A real worker on beat's schedule hands mail to a real mail server."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.core.mail import send_mail
from django.db import connection

from notifications.models import Delivery, Mail
from tests.factories import make_membership, make_post, make_thread, make_user

PATIENCE = 45  # seconds


@pytest.fixture
def worker(post_office, settings, tmp_path):
    test_database = connection.settings_dict["NAME"]
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    env = {
        **os.environ,
        "DATABASE_URL": f"{server}/{test_database}",
        "EMAIL_URL": settings.EMAIL_URL,
    }
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "townhall",
        "worker",
        "--beat",
        "-c",
        "1",
        "--schedule",
        str(tmp_path / "beat"),
        "--without-gossip",
        "--without-mingle",
    ]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    yield process
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


@pytest.mark.django_db(transaction=True)
def test_worker_sends_what_was_written_and_tells_of_a_reply(post_office, worker):
    asker = make_user(email="kay@example.org")
    thread = make_thread(author=asker, title="Ice on Mill Lane")
    make_membership(asker, thread.community, digest="never")

    send_mail("Your link", "Open it.", None, ["mo@example.org"])
    make_post(thread, body="The gritter came at six.")

    wait_until(lambda: Mail.objects.filter(state="sent").count() == 2)
    by_address = dict(post_office.taken)
    assert set(by_address) == {"mo@example.org", "kay@example.org"}
    assert by_address["mo@example.org"]["Subject"] == "Your link"
    assert "Ice on Mill Lane" in by_address["kay@example.org"]["Subject"]
    assert {m["Message-ID"] for _, m in post_office.taken} == set(
        Mail.objects.values_list("message_id", flat=True)
    )
    assert Delivery.objects.get().user == asker
